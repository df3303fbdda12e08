import presets from 'jest-preset-angular/presets/index.js';

export default {
  displayName: 'web',
  ...presets.createEsmPreset({
    tsconfig: '<rootDir>/tsconfig.spec.json',
    testEnvironment: 'jest-preset-angular/environments/jest-jsdom-env',
  }),
  rootDir: import.meta.dirname,
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  setupFilesAfterEnv: ['<rootDir>/setup-jest.ts'],
  moduleNameMapper: {
    '^@app/contracts$': '<rootDir>/../libs/contracts/src/index.ts',
    '^@app/tracker/stream$': '<rootDir>/../libs/tracker/src/stream.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};
