const jsc = {
  target: 'es2022',
  keepClassNames: true,
  parser: { syntax: 'typescript', decorators: true },
};

export default {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/scripts/jest/shared-postgres.mjs',
  globalTeardown: '<rootDir>/scripts/jest/stop-shared-postgres.mjs',
  roots: ['<rootDir>/packages'],
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
