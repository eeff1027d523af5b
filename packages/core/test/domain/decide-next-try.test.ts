import {
  ALTERNATE_LADDER,
  decideNextTry,
  OWN_LADDER,
  type Rung,
  type Tried,
} from '../../src/domain/tries/decide-next-try.js';

/** The rungs that are probed when each gives the result named for it. */
function climb(ladder: readonly Rung[], results: Partial<Record<Rung, Tried>>) {
  const tried = new Map<Rung, Tried>();
  const probed: Rung[] = [];
  for (;;) {
    const decision = decideNextTry({ ladder, tried });
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

describe('where labels say which version was set last', () => {
  const probed = (ladder: readonly Rung[], setLast: 'pending' | 'given-up') => {
    const tried = new Map<Rung, Tried>();
    for (;;) {
      const decision = decideNextTry({ ladder, tried, setLast });
      if (decision.kind !== 'probe') return [...tried.keys()];
      tried.set(decision.rung, 'refused');
    }
  };

  it.each([
    [
      'pending',
      ['current', 'pending', 'given-up', 'again'],
      ['previous', 'pending', 'given-up', 'again'],
    ],
    ['given-up', ['current', 'given-up', 'again'], ['previous', 'given-up', 'again']],
  ] as const)('nothing else is tried than what that speaks for: %s', (setLast, own, alternate) => {
    expect(probed(OWN_LADDER, setLast)).toEqual(own);
    expect(probed(ALTERNATE_LADDER, setLast)).toEqual(alternate);
  });
});
