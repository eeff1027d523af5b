import {
  ALTERNATE_LADDER,
  decideLogin,
  OWN_LADDER,
  placeToPresent,
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
    expect(OWN_LADDER).toEqual([
      'current',
      'pending',
      'given-up',
      'previous',
      'unlabelled',
      'again',
    ]);
  });

  it('of evidence begins with the last password of the alternate', () => {
    expect(ALTERNATE_LADDER).toEqual(['previous', 'pending', 'given-up', 'unlabelled', 'again']);
  });
});

describe('a stored credential', () => {
  const current = secretOf();
  const addressOf = (change: Record<string, unknown>) => secretOf(change).address;

  it.each([{}, { username: 'sheep_clone', dbname: 'other', host: 'DB.example' }, { ssl: false }])(
    'is presented at its own address, on the server of AWSCURRENT: %j',
    (change) => {
      for (const serverIsConfigured of [false, true]) {
        const place = placeToPresent(secretOf(change), current, { serverIsConfigured });
        expect(place).toEqual(addressOf(change));
      }
    },
  );

  it.each([{ host: 'other.example' }, { port: 5440 }])(
    'of another server is presented at AWSCURRENT’s only where the configuration names that: %j',
    (change) => {
      const place = (serverIsConfigured: boolean) =>
        placeToPresent(secretOf(change), current, { serverIsConfigured });
      expect(place(false)).toBeUndefined();
      expect(place(true)).toEqual(current.address);
    },
  );
});
