import { readFileSync, writeFileSync } from 'node:fs';
import { SETTINGS } from '../src/index.js';
import { settingsFile, withCurrentTable } from './support/settings-document.js';

const rows = Object.values(SETTINGS);

it('is what docs/settings.md shows', () => {
  const document = readFileSync(settingsFile, 'utf8');
  const wanted = withCurrentTable(document);
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(settingsFile, wanted);
  else expect(document).toBe(wanted);
});

it('names every variable once', () => {
  const names = rows.map(({ variable }) => variable);

  expect(new Set(names).size).toBe(names.length);
});

it('keeps the names that AWS gave, and begins every other with KEYTURN_', () => {
  const own = rows.map(({ variable }) => variable).filter((name) => !name.startsWith('KEYTURN_'));

  expect(own).toEqual([
    'SECRETS_MANAGER_ENDPOINT',
    'EXCLUDE_CHARACTERS',
    'PASSWORD_LENGTH',
    'EXCLUDE_PUNCTUATION',
    'REQUIRE_EACH_INCLUDED_TYPE',
  ]);
});
