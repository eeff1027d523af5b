import { LONGEST_ROTATION_MS, otherVersions } from '../../src/domain/tries/other-versions.js';
import { tryBudget } from '../../src/domain/tries/try-budget.js';
import { standingLabels } from '../../src/domain/tries/unproven-labels.js';

const NOW = 1_000_000_000;
const OLD = NOW - LONGEST_ROTATION_MS - 1;
const known = {
  current: 'c',
  pending: 'n',
  previous: 'p',
  ended: [],
  lastRotatedAt: undefined,
} as const;
/** Newest first. */
const list = (...versions: [versionId: string, createdAt: number][]) =>
  versions.map(([versionId, createdAt]) => ({ versionId, createdAt }));
const HISTORY = list(['n', NOW], ['g', OLD], ['c', OLD - 1], ['p', OLD - 2], ['o', OLD - 3]);

describe('the other versions of a secret', () => {
  it('are given up where they are newer than AWSCURRENT, and old otherwise', () => {
    const others = otherVersions(HISTORY, known, NOW);
    expect(others).toMatchObject({ givenUp: ['g'], rest: ['o'] });
    expect(otherVersions(HISTORY, { ...known, current: 'gone' }, NOW).givenUp).toEqual([]);
  });

  it.each<[string, boolean, Parameters<typeof otherVersions>[0], object]>([
    ['nobody is at work where all are old', false, HISTORY, {}],
    ['a young one that was given up', true, list(['n', NOW], ['g', NOW], ['c', OLD]), {}],
    ['one whose rotation has ended', false, list(['g', NOW], ['c', OLD]), { ended: ['g'] }],
    ['one at the end of its time', true, list(['g', OLD + 1], ['c', OLD]), {}],
    ['one of no known time', false, list(['g', 0], ['c', OLD]), {}],
    ['a young AWSCURRENT', true, list(['c', NOW]), {}],
    ['one whose rotation has succeeded', false, list(['c', NOW]), { lastRotatedAt: NOW }],
    ['one that was put after the last rotation', true, list(['c', NOW]), { lastRotatedAt: OLD }],
  ])('tell whether another rotation may be at work: %s', (_, isBeside, versions, more) => {
    expect(otherVersions(versions, { ...known, ...more }, NOW).isBeside).toBe(isBeside);
  });

  it('tell whether AWSCURRENT came by a rotation that succeeded', () => {
    const proven = (lastRotatedAt: number | undefined, versions = list(['c', 5])) =>
      otherVersions(versions, { ...known, lastRotatedAt }, NOW).currentWasProven;
    expect([proven(5), proven(6), proven(4), proven(undefined)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(proven(5, list(['c', 0]))).toBe(false);
  });
});

it.each([
  [2, 1],
  [3, 1],
  [4, 2],
  [5, 3],
  [50, 3],
])('of a limit of %i wrong passwords keyturn uses %i', (limit, budget) => {
  expect(tryBudget(limit)).toBe(budget);
});

it.each([
  ['n', ['n']],
  ['g', ['g']],
  ['o', []],
])(
  'a label of keyturn’s own on version %s stands unless AWSCURRENT is newer: %j',
  (on, standing) => {
    const labels = new Map([[on, new Set(['KEYTURN_UNPROVEN'])]]);
    const secret = { arn: 'arn', labels, replicasBehind: [] };
    const found = standingLabels(secret, ['g'], 'n');
    expect(found.map(({ versionId }) => versionId)).toEqual(standing);
  },
);
