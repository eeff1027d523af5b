import { parseJournal } from '../../src/fleet/journal-lines.js';

const head = (more: object) =>
  `{"journal":"keyturn fleet 1",${JSON.stringify({
    begunAt: '2026-01-01T00:00:00.000Z',
    where: 'arn:aws:secretsmanager:eu-west-1:123456789012',
    selection: ['all secrets'],
    ...more,
  }).slice(1)}\n`;

const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

describe('8: Depth is refused before anything is written', () => {
  it.each([
    ['a selection of 100,000 levels', head({ selection: 'HERE' }).replace('"HERE"', DEEP)],
    ['a selection with one', head({ selection: ['HERE'] }).replace('"HERE"', DEEP)],
    ['a place of 100,000 levels', head({ where: 'HERE' }).replace('"HERE"', DEEP)],
    ['a beginning of 100,000 levels', head({ begunAt: 'HERE' }).replace('"HERE"', DEEP)],
    ['no selection', head({ selection: undefined })],
    ['a selection of numbers', head({ selection: [1] })],
    ['an entry of 100,000 levels', `${head({})}${DEEP}\n`],
  ])('refuses a journal with %s', (_, text) => {
    expect(() => parseJournal(text, 'fleet.jsonl')).toThrow(
      expect.objectContaining({ code: 'KEYTURN_INVALID_SETTING', field: '--journal' }),
    );
  });

  it('takes a journal whose head is right', () => {
    expect(parseJournal(head({}), 'fleet.jsonl').head).toMatchObject({
      selection: ['all secrets'],
    });
  });
});
