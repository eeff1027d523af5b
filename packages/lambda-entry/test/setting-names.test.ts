import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES } from '@keyturn/core';
import { SETTINGS } from '../src/index.js';

const packages = join(__dirname, '..', '..');
/** Every line of the sources of core and the adapters. */
const lines = readdirSync(packages)
  .filter((name) => name === 'core' || /^adapters-/.test(name))
  .flatMap((folder) => {
    const sources = join(packages, folder, 'src');
    const files = readdirSync(sources, { recursive: true, encoding: 'utf8' });
    return files
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => readFileSync(join(sources, file), 'utf8').split('\n'));
  });
const codes: readonly string[] = ERROR_CODES;
const variables = Object.values(SETTINGS)
  .map(({ variable }) => variable)
  .filter((variable) => !codes.includes(variable));
const named = new RegExp(`\\b(${variables.join('|')})\\b`);
const ROW = /^ {4}variable: '\w+',$/;

// Whoever embeds the engine sets keys; only a function and the command line read variables.
it('says no environment variable in core and the adapters but in the rows of the settings', () => {
  expect(lines.length).toBeGreaterThan(5_000);
  expect(variables.length).toBeGreaterThan(20);
  expect(lines.filter((line) => named.test(line) && !ROW.test(line))).toEqual([]);
});

it('names in errors only settings that there are', () => {
  const lists = lines.flatMap(
    (line) => /settings(?:: readonly string\[\] =|:) \[('.*')\]/i.exec(line)?.[1] ?? [],
  );
  const keys = lists.flatMap((list) => list.split(', ').map((key) => key.slice(1, -1)));

  expect(keys).toEqual(expect.arrayContaining(['userPairs', 'superuserPort', 'tlsCa']));
  expect(keys.filter((key) => !Object.hasOwn(SETTINGS, key))).toEqual([]);
});
