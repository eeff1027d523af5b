import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runModule, scriptUrl } from './support/run-module.js';

interface Row {
  readonly file: string;
  readonly mutator: string;
  readonly from: string;
  readonly to: string;
  readonly places: number;
}
interface Group {
  readonly title: string;
  readonly reason: string;
  readonly rows: readonly Row[];
}

const run = (code: string, input: unknown) =>
  runModule(
    `import { shown, survivorsIn } from '${scriptUrl('mutation/survivors/survivor.mjs')}';
     import { parseDocument, printDocument, withSurvivors } from '${scriptUrl('mutation/survivors/document.mjs')}';
     ${code}`,
    input,
  );

/** A report as Stryker writes it, with one survivor: the `true` of `source`. */
function reportOf(source: string, status = 'Survived') {
  const lines = source.split('\n');
  const line = lines.findIndex((text) => text.includes('true'));
  const column = (lines[line]?.indexOf('true') ?? 0) + 1;
  const at = (offset: number) => ({ line: line + 1, column: column + offset });
  const location = { start: at(0), end: at(4) };
  const mutant = { location, mutatorName: 'BooleanLiteral', replacement: 'false', status };
  return { files: { 'packages/core/src/engine/a.ts': { source, mutants: [mutant] } } };
}

const survivors = (report: object) =>
  run(`output(survivorsIn(input, 'packages/core/src/'));`, report) as readonly Row[];

const row = (over: Partial<Row> = {}): Row => ({
  file: 'engine/a.ts',
  mutator: 'BooleanLiteral',
  from: 'true',
  to: 'false',
  places: 1,
  ...over,
});
const document = (...groups: readonly Group[]) => ({ head: '# Mutation survivors\n', groups });
const judged = (...rows: readonly Row[]) => ({
  title: 'Wording',
  reason: 'No test quotes it.',
  rows,
});

function merged(before: object, found: readonly Row[]): readonly Group[] {
  const code = `output(withSurvivors(input.before, input.found).groups);`;
  return run(code, { before, found }) as readonly Group[];
}

describe('a mutation survivor', () => {
  it('is the same when lines are added above it', () => {
    const before = survivors(reportOf('const a = true;'));
    expect(before).toEqual([row()]);
    expect(survivors(reportOf('// One.\n\n  // Two.\n    const a = true;'))).toEqual(before);
  });

  it('counts what no test reaches, and leaves out what was noticed', () => {
    expect(survivors(reportOf('true', 'NoCoverage'))).toEqual([row()]);
    expect(survivors(reportOf('true', 'Killed'))).toEqual([]);
  });

  it('is the same when its text is indented otherwise, and another when it is changed', () => {
    const long = `if (${'a && '.repeat(30)}b) { return c; }`;
    const [one, indented, other] = run(`output(input.map(shown));`, [
      long,
      long.replaceAll(' ', '\n    '),
      long.replace('return c', 'return d'),
    ]) as readonly string[];
    expect(indented).toBe(one);
    expect(other).not.toBe(one);
  });
});

describe('the list of mutation survivors', () => {
  it('keeps the reason of a survivor that is still there', () => {
    expect(merged(document(judged(row())), [row()])).toEqual([judged(row())]);
  });

  it('lets go of one that is noticed now', () => {
    const other = row({ file: 'engine/b.ts' });
    expect(merged(document(judged(row(), other)), [other])).toEqual([judged(other)]);
  });

  it('lists a new one as not judged, one in more places than before included', () => {
    const other = row({ from: 'a' });
    const groups = merged(document(judged(row())), [row({ places: 3 }), other]);
    expect(groups).toEqual([
      judged(row()),
      expect.objectContaining({ title: 'Not judged yet', rows: [row({ places: 2 }), other] }),
    ]);
  });

  it.each(['a || b', '`text ${a}`', '``', "'|'", '/\\|/', 'a\\'])(
    'reads back what it prints of %s',
    (from) => {
      const before = document(judged(row({ from, to: '` `' })));
      const code = `output(parseDocument(printDocument(input)).groups);`;
      expect(run(code, before)).toEqual(before.groups);
    },
  );

  it('reads the committed document, and no survivor is in two groups', () => {
    const text = readFileSync(join(__dirname, '../../docs/mutation-survivors.md'), 'utf8');
    const groups = run(`output(parseDocument(input).groups);`, text) as readonly Group[];
    const rows = groups.flatMap((group) => group.rows);
    expect(rows.length).toBeGreaterThan(100);
    const keys = rows.map(({ places: _, ...key }) => JSON.stringify(key));
    expect(new Set(keys).size).toBe(keys.length);
    expect(rows.filter(({ places }) => !(places >= 1))).toEqual([]);
  });
});
