import angular from 'angular-eslint';
import tseslint from 'typescript-eslint';

const limits = {
  'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
};

const typed = {
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': 'error',
  '@typescript-eslint/explicit-function-return-type': ['error', { allowExpressions: true }],
  '@typescript-eslint/no-unused-vars': [
    'error',
    { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
  ],
  // Nest's modules are classes whose only content is their decorator.
  '@typescript-eslint/no-extraneous-class': 'off',
  '@typescript-eslint/restrict-template-expressions': [
    'error',
    { allowNumber: true, allowNullish: false },
  ],
};

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'frontend/dist/',
      'frontend/.angular/',
      'coverage/',
      '.data/',
      'node_modules/',
    ],
  },
  {
    files: ['{apps,libs,migrations,test}/**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: { ...limits, ...typed },
  },
  {
    files: ['frontend/src/**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked, angular.configs.tsRecommended],
    languageOptions: {
      parserOptions: {
        project: ['./frontend/tsconfig.app.json', './frontend/tsconfig.spec.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    processor: angular.processInlineTemplates,
    rules: {
      ...limits,
      ...typed,
      // Option builders and computed signals say by their content what they return.
      '@typescript-eslint/explicit-function-return-type': 'off',
      '@angular-eslint/component-selector': [
        'error',
        { type: 'element', prefix: 'apt', style: 'kebab-case' },
      ],
      '@angular-eslint/directive-selector': [
        'error',
        { type: 'attribute', prefix: 'apt', style: 'camelCase' },
      ],
    },
  },
  {
    files: ['frontend/src/**/*.html'],
    extends: [angular.configs.templateRecommended, angular.configs.templateAccessibility],
  },
  {
    // A describe block is as long as its cases, and NaN-free fixtures need no return types.
    files: ['**/*.spec.ts', 'test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/explicit-function-return-type': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // A chart's options are one literal.
    files: ['frontend/src/**/*.options.ts'],
    rules: { 'max-lines-per-function': ['error', 80] },
  },
  {
    // The schema is one text, however long it grows.
    files: ['migrations/*.ts'],
    rules: { 'max-lines': 'off' },
  },
);
