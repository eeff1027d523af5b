import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES } from '@keyturn/core';

const page = readFileSync(join(__dirname, '../../../../docs/error-codes.md'), 'utf8');
const documented = [...page.matchAll(/^\| `(KEYTURN_\w+)` /gm)].map(([, code]) => code);

test('every error code has exactly one row in the documentation, and no other code has', () => {
  expect([...documented].sort()).toEqual([...ERROR_CODES].sort());
});
