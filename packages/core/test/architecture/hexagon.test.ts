import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { breaches, writeFixture } from './hexagon-fixture.js';

const root = join(__dirname, '..', '..', '..', '..');
const config = join(root, '.dependency-cruiser.cjs');
const cruiser = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

function cruise(directory: string): readonly Violation[] {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [cruiser, 'packages', 'tools', '--config', config, '--output-type', 'json'],
    { cwd: directory, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (stdout === '') throw new Error(stderr);
  return (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
}

describe('the import rules', () => {
  let directory: string;
  let found: readonly string[];

  beforeAll(() => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), 'keyturn-hexagon-')));
    writeFixture(directory);
    found = cruise(directory).map(({ from, rule }) => `${rule.name}: ${from}`);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.each(Object.entries(breaches))('report a breach of %s', (rule, [file]) => {
    expect(found).toContain(`${rule}: ${file}`);
  });

  it('leave everything else alone', () => {
    const broken = new Set(Object.values(breaches).map(([file]) => file));
    expect(found.filter((line) => !broken.has(line.split(': ')[1] ?? ''))).toEqual([]);
  });

  it('are each broken once here', async () => {
    const { default: settings } = (await import(config)) as {
      default: { forbidden: { name: string }[] };
    };
    expect(settings.forbidden.map(({ name }) => name).sort()).toEqual(Object.keys(breaches).sort());
  });
});
