import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DIAGNOSIS_STATES } from '@keyturn/core';
import { renderRunbook } from '../src/index.js';

const page = readFileSync(join(__dirname, '../../../docs/runbook.md'), 'utf8');

describe('docs/runbook.md', () => {
  it('is what the table of states says (npm run runbook)', () => {
    expect(page).toBe(renderRunbook());
  });

  it.each(Object.entries(DIAGNOSIS_STATES))(
    'has %s, and its symptoms as headings',
    (state, row) => {
      expect(page).toContain(`### ${state}\n`);
      for (const symptom of row.symptoms) expect(page).toContain(`### \`${symptom}\`\n`);
    },
  );
});
