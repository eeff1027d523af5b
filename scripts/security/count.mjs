// Counts trials by number, from jest's report and what countTrials wrote down.
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * @typedef {{ number: number, promise: string, file: string, tried: number, held: number }} Counted one file
 * @param {object} report what `jest --json` writes
 * @param {string} folder where countTrials wrote
 * @param {string} root what files are named relative to
 * @returns {{ counted: Counted[], problems: string[] }} in the order of numbers and files
 */
export function countTrials(report, folder, root) {
  const declared = readDeclared(folder);
  const counted = [];
  const problems = [];
  for (const { name: path, assertionResults, message } of report.testResults) {
    const file = relative(root, path).replaceAll('\\', '/');
    const titles = new Set(assertionResults.map(({ ancestorTitles }) => ancestorTitles[0] ?? ''));
    const [title] = titles;
    const [, number, promise] = /^(\d+): (\S.*)$/.exec(title ?? '') ?? [];
    if (assertionResults.length === 0) {
      problems.push(`${file} has no test that ran. ${message}`.trim());
      continue;
    }
    if (titles.size > 1 || number === undefined) {
      problems.push(
        `${file} must have one top-level describe('<number>: <promise>') around all tests, and has: ` +
          [...titles].map((found) => JSON.stringify(found)).join(', '),
      );
      continue;
    }
    let tried = 0;
    let held = 0;
    const seen = new Set();
    for (const { fullName, status } of assertionResults) {
      if (seen.has(fullName)) problems.push(`${file} has two tests with the name "${fullName}"`);
      seen.add(fullName);
      const trials = declared.get(key(path, fullName)) ?? 1;
      tried += trials;
      if (status === 'passed') held += trials;
      else problems.push(`${file}: "${fullName}" ${status}`);
    }
    counted.push({ number: Number(number), promise, file, tried, held });
  }
  counted.sort((a, b) => a.number - b.number || (a.file < b.file ? -1 : 1));
  return { counted, problems };
}

const key = (file, name) => `${file}\n${name}`;

function readDeclared(folder) {
  const declared = new Map();
  for (const entry of readdirSync(folder)) {
    const lines = readFileSync(join(folder, entry), 'utf8').trimEnd().split('\n');
    for (const { file, name, trials } of lines.map((line) => JSON.parse(line))) {
      declared.set(key(file, name), (declared.get(key(file, name)) ?? 0) + trials);
    }
  }
  return declared;
}

/** What the numbers themselves leave to complain about: those without a trial, and those that nobody knows. */
export function missingNumbers(counted, numbers) {
  const known = new Set(numbers.map(({ number }) => number));
  const tried = new Set(counted.map(({ number }) => number));
  return [
    ...numbers
      .filter(({ number }) => !tried.has(number))
      .map(
        ({ number, promise }) =>
          `number ${number} has no trial: add a *.security.test.ts with describe('${number}: ...') for "${promise}"`,
      ),
    ...counted
      .filter(({ number }) => !known.has(number))
      .map(
        ({ number, file }) =>
          `${file} has the number ${number}, which scripts/security/numbers.mjs does not know`,
      ),
  ];
}
