import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const lines = readFileSync(join(root, '.ci', 'run'), 'utf8').split('\n');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const stages = lines.filter((line) => /(^|[;\s])stage ['"]/.test(line));

describe('.ci/run', () => {
  it.each(stages)('runs without a condition: %s', (line) => {
    expect(line).toMatch(/^(for version in [\d ]+; do )?stage /);
  });

  it('asks nowhere whether there is a check', () => {
    const asked = lines.filter((line) => /has_script|--if-present|\[\[? -[def] /.test(line));
    expect(asked).toEqual([]);
  });

  it('runs no npm script that does not exist', () => {
    const named = lines.flatMap((line) => [...line.matchAll(/npm run (?:--silent )?([\w:]+)/g)]);
    expect(named.length).toBeGreaterThan(5);
    expect(named.map(([, name = '']) => name).filter((name) => !(name in scripts))).toEqual([]);
  });

  it('goes on after a stage that failed, so that no failure hides a later check', () => {
    expect(lines.filter((line) => /^set .*-\w*e/.test(line))).toEqual([]);
  });
});
