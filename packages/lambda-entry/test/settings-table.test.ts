import { readFileSync, writeFileSync } from 'node:fs';
import { isRefusal } from '@keyturn/core';
import { checkSettings, readSettings } from '@keyturn/core/adapter';
import { SETTINGS, type SettingRow } from '../src/index.js';
import { meanings, settingsFile, withCurrentTable } from './support/settings-document.js';

const rows = Object.entries<SettingRow<unknown>>(SETTINGS);

it('is what docs/settings.md shows', () => {
  const document = readFileSync(settingsFile, 'utf8');
  const wanted = withCurrentTable(document);
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(settingsFile, wanted);
  else expect(document).toBe(wanted);
});

it('is the same in the document, in the environment and in code', () => {
  const shown = [...readFileSync(settingsFile, 'utf8').matchAll(/^\| `(\w+)` \| `(\w+)` \|/gm)];
  const documented = new Map(shown.map(([, key, variable]) => [key, variable]));
  // Text that no setting may hold finds out which variables and which keys are read.
  const refusedField = (settings: unknown) => (isRefusal(settings) ? settings.field : undefined);
  const inEnvironment = rows.filter(([key, { variable }]) => {
    const found = readSettings(SETTINGS, { [variable]: '\u0000' });
    return refusedField(found) === key || (!isRefusal(found) && key in found);
  });
  const inCode = rows.filter(
    ([key]) => refusedField(checkSettings(SETTINGS, { [key]: null })) === key,
  );

  const keys = rows.map(([key]) => key);
  expect([...documented]).toEqual(rows.map(([key, { variable }]) => [key, variable]));
  expect(inEnvironment.map(([key]) => key)).toEqual(keys);
  expect(inCode.map(([key]) => key)).toEqual(keys);
  expect([...meanings().keys()].sort()).toEqual([...keys].sort());
});

it('names every variable once', () => {
  const names = rows.map(([, { variable }]) => variable);

  expect(new Set(names).size).toBe(names.length);
});

it('keeps the names that AWS gave, and begins every other with KEYTURN_', () => {
  const own = rows
    .map(([, { variable }]) => variable)
    .filter((name) => !name.startsWith('KEYTURN_'));

  expect(own).toEqual([
    'SECRETS_MANAGER_ENDPOINT',
    'EXCLUDE_CHARACTERS',
    'PASSWORD_LENGTH',
    'EXCLUDE_PUNCTUATION',
    'REQUIRE_EACH_INCLUDED_TYPE',
  ]);
});
