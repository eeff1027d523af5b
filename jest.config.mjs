const jsc = {
  target: 'es2022',
  keepClassNames: true,
  parser: { syntax: 'typescript', decorators: true },
};

// The SDK warns on every start that its future versions need a newer Node; the pinned one does not.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

export default {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/scripts/jest/shared-postgres.mjs',
  globalTeardown: '<rootDir>/scripts/jest/stop-shared-postgres.mjs',
  roots: ['<rootDir>/packages', '<rootDir>/tools', '<rootDir>/scripts'],
  setupFilesAfterEnv: ['<rootDir>/scripts/jest/count-trials.cjs'],
  testSequencer: '<rootDir>/scripts/jest/proofs-first.mjs',
  // For databases that start and answer on a busy machine; no test asserts on time.
  // For databases that start and answer on a busy machine; no test asserts on time.
  testTimeout: 120_000,
  // The default leaves one core to the process that hands out the files, which has little to do.
  maxWorkers: '100%',
  testMatch: ['**/test/**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc, swcrc: false, sourceMaps: 'inline', module: { type: 'commonjs' } },
    ],
  },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironmentOptions: { customExportConditions: ['@keyturn/source', 'node', 'node-addons'] },
};
