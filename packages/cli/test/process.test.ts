import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const MAIN = join(__dirname, '..', 'src', 'main.ts');
const COMMAND = `"${process.execPath}" --conditions=@keyturn/source --import=tsx "${MAIN}"`;
const inShell = (line: string) => spawnSync('bash', ['-c', line], { encoding: 'utf8' });

it('prints the version of the package', () => {
  const { version } = JSON.parse(
    readFileSync(join(__dirname, '..', 'package.json'), 'utf8'),
  ) as Record<string, string>;

  expect(inShell(`${COMMAND} --version`).stdout).toBe(`${version}\n`);
});

it('says nothing where whoever reads its output has gone', () => {
  const { stderr, status } = inShell(`set -o pipefail; ${COMMAND} --help | true`);

  expect(stderr).toBe('');
  expect(status).toBe(0);
});

// Whoever registers an unpublished name first is run by those who copy the line.
it('tells nobody to have npx fetch a package of ours', () => {
  const root = join(__dirname, '..', '..', '..');
  const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => join('docs', name))];
  const told = pages
    .filter((page) => page.endsWith('.md'))
    .flatMap((page) =>
      readFileSync(join(root, page), 'utf8')
        .split('\n')
        .filter((line) => /npx (-\S+ )*(@keyturn\/|--package[= ]@keyturn)/.test(line)),
    );

  expect(told).toEqual([]);
});
