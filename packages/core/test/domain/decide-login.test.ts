import {
  ALTERNATE_LADDER,
  decideLogin,
  mayBeTried,
  OWN_LADDER,
  type Rung,
  type Tried,
} from '../../src/domain/decide-login.js';
import { secretOf } from '../support/values.js';

/** The rungs that are probed when each gives the result named for it. */
function climb(ladder: readonly Rung[], results: Partial<Record<Rung, Tried>>) {
  const tried = new Map<Rung, Tried>();
  const probed: Rung[] = [];
  for (;;) {
    const decision = decideLogin(ladder, tried);
    if (decision.kind !== 'probe') return { probed, decision };
    probed.push(decision.rung);
    tried.set(decision.rung, results[decision.rung] ?? 'absent');
  }
}

describe.each([
  ['own credentials', OWN_LADDER],
  ['evidence for an alternate', ALTERNATE_LADDER],
])('the ladder of %s', (_, ladder) => {
  it.each(ladder.map((rung, i) => [rung, ladder.slice(0, i + 1)] as const))(
    'ends at %s when that is the first to sign in',
    (rung, probed) => {
      for (const before of ['refused', 'absent'] as const) {
        const results = Object.fromEntries(ladder.map((each) => [each, before]));
        const later = Object.fromEntries(
          ladder.slice(probed.length).map((each) => [each, 'accepted'] as const),
        );
        expect(climb(ladder, { ...results, ...later, [rung]: 'accepted' })).toEqual({
          probed,
          decision: { kind: 'use', rung },
        });
      }
    },
  );

  it('ends with nothing when all are refused or absent', () => {
    expect(climb(ladder, { previous: 'refused' })).toEqual({
      probed: ladder,
      decision: { kind: 'none' },
    });
  });
});

describe('the order', () => {
  it('of own credentials has no refused sign-in on the ordinary path', () => {
    expect(OWN_LADDER).toEqual(['current', 'pending', 'previous', 'unlabelled']);
  });

  it('of evidence begins with the last password of the alternate', () => {
    expect(ALTERNATE_LADDER).toEqual(['previous', 'pending', 'unlabelled']);
  });
});

describe('an old version', () => {
  const current = secretOf();

  it.each([
    [true, {}],
    [true, { username: 'sheep_clone', dbname: 'other', host: 'DB.example' }],
    [false, { username: 'wolf' }],
    [false, { host: 'other.example' }],
    [false, { port: 5440 }],
  ])('may be tried: %p for %j', (expected, change) => {
    expect(mayBeTried(secretOf(change), current, ['sheep', 'sheep_clone'])).toBe(expected);
  });
});
