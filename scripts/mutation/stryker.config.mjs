/** `npm run mutation`; with `-- --mutate 'packages/core/src/domain/**'` only a part. */
export default {
  mutate: ['packages/core/src/**/*.ts'],
  testRunner: 'core-tests',
  plugins: ['./scripts/mutation/core-test-runner.mjs'],
  coverageAnalysis: 'perTest',
  concurrency: Number(process.env.KEYTURN_MUTATION_CONCURRENCY ?? 1),
  timeoutMS: 10_000,
  incremental: true,
  incrementalFile: 'reports/mutation/incremental.json',
  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false, reportMutants: false },
  htmlReporter: { fileName: 'reports/mutation/index.html' },
  jsonReporter: { fileName: 'reports/mutation/mutation.json' },
  tempDirName: '.stryker-tmp',
  ignorePatterns: ['reports', 'dist'],
  thresholds: { high: 95, low: 90, break: 90 },
};
