// Gives every test the global countTrials: how many trials one test stands for, where it tries more than one thing.
const { appendFileSync } = require('node:fs');
const { join } = require('node:path');

/**
 * Outside of `npm run security` it only checks its argument.
 *
 * @param {number} trials a whole number above 0; a second call in the same test adds to the first
 */
globalThis.countTrials = (trials) => {
  if (!Number.isSafeInteger(trials) || trials < 1) {
    throw new TypeError(`countTrials takes a whole number above 0, not ${String(trials)}`);
  }
  const folder = process.env.KEYTURN_SECURITY_TRIALS;
  if (!folder) return;
  const { currentTestName: name, testPath: file } = expect.getState();
  if (!name) throw new Error('countTrials is called within a test');
  // One file per worker, so that no two write into one.
  appendFileSync(
    join(folder, `${process.pid}.jsonl`),
    `${JSON.stringify({ file, name, trials })}\n`,
  );
};
