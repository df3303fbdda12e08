// Unit specs lie beside the code; specs that need a database or the whole app lie under test/.
const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    {
      sourceMaps: 'inline',
      module: { type: 'es6' },
      jsc: {
        target: 'es2023',
        keepClassNames: true,
        parser: { syntax: 'typescript', decorators: true },
        transform: {
          legacyDecorator: true,
          decoratorMetadata: true,
          useDefineForClassFields: false,
        },
      },
    },
  ],
};
const node = {
  testEnvironment: 'node',
  rootDir: import.meta.dirname,
  extensionsToTreatAsEsm: ['.ts'],
  transform,
  moduleNameMapper: {
    '^@app/(\\w+)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};

export default {
  projects: [
    {
      ...node,
      displayName: 'unit',
      testMatch: ['<rootDir>/{apps,libs}/**/*.spec.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/support/once-more.ts'],
    },
    {
      ...node,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/{db,e2e,faults,browser,start}/**/*.spec.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/support/once-more.ts'],
      globalSetup: '<rootDir>/test/support/postgres.setup.ts',
      globalTeardown: '<rootDir>/test/support/postgres.teardown.ts',
    },
    '<rootDir>/frontend/jest.config.mjs',
  ],
  reporters: ['default', '<rootDir>/test/support/closing-line.mjs'],
  // Longer than test/support waits for anything, so that what was waited for is named.
  testTimeout: 240_000,
  // Modules that a spec loaded are never given back: a process that has run enough specs is
  // replaced by a fresh one, or a full run ends in an exhausted heap.
  maxWorkers: 2,
  workerIdleMemoryLimit: '1GB',
};
