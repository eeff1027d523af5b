import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HEALINGS, STEP_OUTCOMES } from '@keyturn/core';

const page = readFileSync(join(__dirname, '../../../../docs/tooling.md'), 'utf8');

test.each([
  ['step', STEP_OUTCOMES],
  ['healing', HEALINGS],
])('every %s code is documented with its sentence', (_, codes) => {
  const missing = Object.entries(codes).filter(
    ([code, sentence]) => !page.includes(`- \`${code}\`: ${sentence}\n`),
  );
  expect(missing).toEqual([]);
});
