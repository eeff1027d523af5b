import { decideAlternate, type AlternateFacts } from '../../src/domain/decide-alternate.js';
import type { Rung, Tried } from '../../src/domain/decide-login.js';

const facts: AlternateFacts = {
  name: 'sheep_clone',
  exists: true,
  tried: new Map(),
  configuredPair: false,
  adoptExisting: false,
  blindSpots: [],
};
const tried = (results: Partial<Record<Rung, Tried>>) =>
  new Map(Object.entries(results) as [Rung, Tried][]);
const noneSignsIn = tried({
  previous: 'refused',
  pending: 'refused',
  'given-up': 'refused',
  unlabelled: 'absent',
  again: 'refused',
});

describe('an alternate user', () => {
  it('that does not exist is created', () => {
    expect(decideAlternate({ ...facts, exists: false })).toEqual({ kind: 'create' });
    expect(decideAlternate({ ...facts, exists: false, adoptExisting: true }).kind).toBe('create');
  });

  it('of a configured pair is never created', () => {
    expect(decideAlternate({ ...facts, exists: false, configuredPair: true })).toMatchObject({
      kind: 'refused',
      code: 'KEYTURN_USER_MISSING',
      field: 'userPairs',
    });
  });

  it.each([
    [{}, 'previous'],
    [{ previous: 'absent' }, 'pending'],
    [{ previous: 'refused', pending: 'refused' }, 'given-up'],
    [{ previous: 'refused', pending: 'refused', 'given-up': 'absent' }, 'unlabelled'],
  ] as const)('is probed for evidence after %j with %s', (results, rung) => {
    for (const more of [{}, { configuredPair: true }, { adoptExisting: true }]) {
      const decision = decideAlternate({ ...facts, ...more, tried: tried(results) });
      expect(decision).toEqual({ kind: 'probe', rung });
    }
  });

  it.each(['previous', 'given-up', 'unlabelled'] as const)(
    'is taken over when the %s credential signs in, which can be restored',
    (restore) => {
      const results = tried({
        previous: 'refused',
        pending: 'refused',
        'given-up': 'refused',
        [restore]: 'accepted',
      });
      expect(decideAlternate({ ...facts, tried: results })).toEqual({ kind: 'take-over', restore });
    },
  );

  it('has the pending password already when that signs in', () => {
    const results = tried({ previous: 'refused', pending: 'accepted' });
    expect(decideAlternate({ ...facts, tried: results })).toEqual({ kind: 'already-set' });
  });

  it.each([{ configuredPair: true }, { adoptExisting: true }])(
    'is taken over without evidence where the configuration says %j, with nothing to restore',
    (more) => {
      expect(decideAlternate({ ...facts, ...more, tried: noneSignsIn })).toEqual({
        kind: 'take-over',
        restore: undefined,
      });
    },
  );

  it('is refused as unrelated without evidence, naming the narrow remedy first', () => {
    expect(decideAlternate({ ...facts, tried: noneSignsIn })).toMatchObject({
      kind: 'refused',
      code: 'KEYTURN_UNRELATED_USER',
      remedy: expect.stringContaining('userPairs'),
    });
  });
});
