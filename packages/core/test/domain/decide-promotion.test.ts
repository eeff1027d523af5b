import { decideHeir } from '../../src/domain/decide-heir.js';
import { decidePromotion } from '../../src/domain/decide-promotion.js';
import type { SecretDescription } from '../../src/domain/secret-description.js';
import { secretOf } from '../support/values.js';

describe('a promotion', () => {
  const described = (labels: [string, string][]): SecretDescription => ({
    arn: 'arn',
    labels: new Map(labels.map(([id, label]) => [id, new Set([label, 'mine'])])),
    replicasBehind: [],
  });

  it.each([
    [[['one', 'AWSCURRENT']], { kind: 'move', from: 'one', to: 'two' }],
    [
      [
        ['two', 'AWSPENDING'],
        ['one', 'AWSCURRENT'],
      ],
      { kind: 'move', from: 'one', to: 'two' },
    ],
    [[['two', 'AWSCURRENT']], { kind: 'already-current' }],
    [[['one', 'AWSPREVIOUS']], { kind: 'move', to: 'two' }],
  ] as [[string, string][], object][])('with labels %j is %j', (labels, expected) => {
    expect(decidePromotion(described(labels), 'two')).toStrictEqual(expected);
  });
});

describe('the heir of a superseded change', () => {
  const held = (versionId: string, username: string) => ({
    versionId,
    secret: secretOf({ username }),
  });
  const pending = held('b', 'sheep');
  const current = held('a', 'sheep');
  const other = held('c', 'sheep_clone');

  it('is the pending version that names the user, before the current one', () => {
    expect(decideHeir('sheep', pending, current)).toBe(pending);
    expect(decideHeir('sheep', pending, other)).toBe(pending);
  });

  it('is the current version where the pending one is missing or names another user', () => {
    expect(decideHeir('sheep', undefined, current)).toBe(current);
    expect(decideHeir('sheep', other, current)).toBe(current);
  });

  it('is nobody where neither names the user', () => {
    expect(decideHeir('sheep', other, other)).toBeUndefined();
    expect(decideHeir('sheep', undefined, undefined)).toBeUndefined();
  });
});
