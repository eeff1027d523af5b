// Runs the security trials and counts them.
//
//   node scripts/security.mjs            all of them; writes docs/security-trials.md
//   node scripts/security.mjs --check    all of them; fails where docs/security-trials.md says something else
//   node scripts/security.mjs PATH...    those below the paths; writes nothing
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replaceFile } from './files/replace-file.cjs';
import { root } from './build/workspace.mjs';
import { countTrials, missingNumbers } from './security/count.mjs';
import { numbers } from './security/numbers.mjs';
import { renderPage } from './security/page.mjs';

const page = join(root, 'docs', 'security-trials.md');
const { resolve } = createRequire(import.meta.url);

const check = process.argv.includes('--check');
const paths = process.argv.slice(2).filter((argument) => argument !== '--check');

function runTests(scratch) {
  const reportFile = join(scratch, 'report.json');
  const trials = join(scratch, 'trials');
  mkdirSync(trials);
  const pattern = paths.length === 0 ? [''] : paths.map((path) => `${path}.*`);
  const args = ['--json', `--outputFile=${reportFile}`, '--testPathPatterns'];
  const { status } = spawnSync(
    process.execPath,
    [
      resolve('jest/bin/jest'),
      ...args,
      ...pattern.map((start) => `${start}\\.security\\.test\\.ts$`),
    ],
    // The report is in the file; on the terminal it would bury what is said below.
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, KEYTURN_SECURITY_TRIALS: trials },
    },
  );
  let report;
  try {
    report = JSON.parse(readFileSync(reportFile, 'utf8'));
  } catch {
    throw new Error(`jest ended with ${status} and left no report; its own words are above`);
  }
  return countTrials(report, trials, root);
}

function comparePage(text) {
  if (!check) {
    replaceFile(page, text);
    return [];
  }
  let committed = '';
  try {
    committed = readFileSync(page, 'utf8');
  } catch {
    // Nothing is committed yet, which differs.
  }
  return committed === text
    ? []
    : ['docs/security-trials.md is out of date: run npm run security, and commit what it writes'];
}

const scratch = mkdtempSync(join(tmpdir(), 'keyturn-security-'));
try {
  const { counted, problems } = runTests(scratch);
  for (const { number, file, tried, held } of counted) {
    console.log(`${String(number).padStart(2)}  ${held} of ${tried} held  ${file}`);
  }
  if (counted.length === 0 && problems.length === 0) problems.push('no security trial was found');
  if (paths.length === 0) {
    // A page about trials that failed would be committed by mistake.
    if (problems.length === 0) problems.push(...comparePage(renderPage(counted, numbers)));
    problems.push(...missingNumbers(counted, numbers));
  }
  for (const problem of problems) console.error(problem);
  const total = (field) => counted.reduce((sum, one) => sum + one[field], 0);
  console.log(`${total('held')} of ${total('tried')} trials held`);
  if (problems.length > 0) process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
