import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runModule, scriptUrl } from './support/run-module.js';

interface Result {
  readonly counted: readonly object[];
  readonly problems: readonly string[];
  readonly missing: readonly string[];
  readonly page: string;
}

const numbers = [
  { number: 1, promise: 'First', tried: 'This.' },
  { number: 2, promise: 'Second', tried: 'That.' },
];

/** What the scripts, which are ES modules, make of a report of jest's. */
function count(report: object, declared: readonly object[] = []): Result {
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-trials-'));
  try {
    if (declared.length > 0) {
      const lines = declared.map((line) => JSON.stringify(line)).join('\n');
      writeFileSync(join(folder, '1.jsonl'), `${lines}\n`);
    }
    const code = `
      import { countTrials, missingNumbers } from '${scriptUrl('security/count.mjs')}';
      import { renderPage } from '${scriptUrl('security/page.mjs')}';
      const { report, folder, numbers } = input;
      const result = countTrials(report, folder, '/repo');
      const missing = missingNumbers(result.counted, numbers);
      output({ ...result, missing, page: renderPage(result.counted, numbers) });
    `;
    return runModule(code, { report, folder, numbers }) as Result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const file = '/repo/packages/core/test/a.security.test.ts';
const test = (describe: string, title: string, status = 'passed') => ({
  ancestorTitles: [describe],
  fullName: `${describe} ${title}`,
  status,
});
const report = (...assertionResults: object[]) => ({
  testResults: [{ name: file, message: '', assertionResults }],
});

describe('the count of security trials', () => {
  it('takes a test for one trial, and for as many as it declares', () => {
    const { counted, problems } = count(report(test('1: First', 'a'), test('1: First', 'b')), [
      { file, name: '1: First b', trials: 40 },
      { file, name: '1: First b', trials: 2 },
    ]);
    expect(problems).toEqual([]);
    expect(counted).toEqual([
      {
        number: 1,
        promise: 'First',
        file: 'packages/core/test/a.security.test.ts',
        tried: 43,
        held: 43,
      },
    ]);
  });

  it('counts a failed test as tried, and names it', () => {
    const { counted, problems } = count(
      report(test('1: First', 'a'), test('1: First', 'b', 'failed')),
    );
    expect(counted).toMatchObject([{ tried: 2, held: 1 }]);
    expect(problems).toEqual(['packages/core/test/a.security.test.ts: "1: First b" failed']);
  });

  it.each([
    ['a describe without a number', [test('First', 'a')], 'must have one top-level describe'],
    ['two describes', [test('1: A', 'a'), test('1: B', 'a')], 'must have one top-level describe'],
    ['no test', [], 'has no test that ran'],
    ['two tests of one name', [test('1: A', 'a'), test('1: A', 'a')], 'has two tests'],
  ])('refuses a file with %s', (_what, tests, complaint) => {
    expect(count(report(...tests)).problems).toEqual([expect.stringContaining(complaint)]);
  });

  it('names a number that has no trial, and one that nobody knows', () => {
    expect(count(report(test('7: Seventh', 'a'))).missing).toEqual([
      expect.stringContaining('number 1 has no trial'),
      expect.stringContaining('number 2 has no trial'),
      expect.stringContaining('has the number 7'),
    ]);
  });

  it('writes a page with each number, its tests and the sums', () => {
    const { page } = count(report(test('2: Second', 'a')), [
      { file, name: '2: Second a', trials: 1_234_567 },
    ]);
    expect(page).toContain('| [1](#number-1) | First | 0 | 0 |');
    expect(page).toContain('| [2](#number-2) | Second | 1,234,567 | 1,234,567 |');
    expect(page).toContain(
      '| [packages/core/test/a.security.test.ts](../packages/core/test/a.security.test.ts) | Second | 1,234,567 |',
    );
  });
});

describe('countTrials', () => {
  it.each([0, -1, 1.5, Number.NaN])('refuses %p', (trials) => {
    expect(() => countTrials(trials)).toThrow('a whole number above 0');
  });

  it('changes nothing outside of a count', () => {
    expect(() => countTrials(3)).not.toThrow();
  });
});
