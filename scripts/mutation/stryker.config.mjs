/**
 * `npm run mutation`; with `-- --mutate 'packages/core/src/domain/*.ts'` only a part, whose results replace the old ones
 * in the report. See docs/proofs.md.
 */
export default {
  mutate: ['packages/core/src/**/*.ts'],
  testRunner: 'core-tests',
  plugins: ['./scripts/mutation/core-test-runner.mjs'],
  coverageAnalysis: 'perTest',
  concurrency: Number(process.env.KEYTURN_MUTATION_CONCURRENCY ?? 1),
  timeoutMS: 10_000,
  incremental: true,
  // Nothing is taken over from an earlier run but what `--mutate` leaves out: survivors would stay for ever.
  force: true,
  incrementalFile: 'reports/mutation/incremental.json',
  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false, reportMutants: false },
  htmlReporter: { fileName: 'reports/mutation/index.html' },
  jsonReporter: { fileName: 'reports/mutation/mutation.json' },
  tempDirName: '.stryker-tmp',
  ignorePatterns: ['reports', 'dist'],
  thresholds: { high: 95, low: 90, break: 90 },
};
