import { decideAdmission } from '../../src/domain/decide-admission.js';
import type { SecretDescription } from '../../src/domain/secret-description.js';

function secret(
  labels: Record<string, readonly string[]>,
  more: Partial<SecretDescription> = {},
): SecretDescription {
  const entries = Object.entries(labels).map(([id, names]) => [id, new Set(names)] as const);
  return { arn: 'arn', labels: new Map(entries), replicasBehind: [], ...more };
}

const pending = { one: ['AWSCURRENT'], two: ['AWSPENDING'] };

describe('admission', () => {
  it('is given to the pending version', () => {
    expect(decideAdmission(secret(pending), 'two')).toEqual({
      kind: 'admitted',
      currentVersion: 'one',
    });
  });

  it.each([true, undefined])('is given where rotationEnabled is %p', (rotationEnabled) => {
    const described = secret(pending, rotationEnabled === undefined ? {} : { rotationEnabled });
    expect(decideAdmission(described, 'two').kind).toBe('admitted');
  });

  it.each([[['AWSCURRENT']], [['AWSCURRENT', 'AWSPENDING']], [['mine', 'AWSCURRENT']]])(
    'is not needed by a version labelled %j',
    (labels) => {
      expect(decideAdmission(secret({ one: labels }), 'one')).toEqual({ kind: 'already-current' });
    },
  );

  it.each<[string, string, Record<string, readonly string[]>]>([
    ['KEYTURN_TOKEN_UNKNOWN', 'not a labelled version', { one: ['AWSCURRENT'] }],
    ['KEYTURN_TOKEN_NOT_PENDING', 'not staged', { one: ['AWSCURRENT'], two: ['AWSPREVIOUS'] }],
    [
      'KEYTURN_TOKEN_NOT_PENDING',
      'not staged',
      { one: ['AWSCURRENT'], two: ['mine'], three: ['AWSPENDING'] },
    ],
    ['KEYTURN_TOKEN_NOT_PENDING', 'not staged', { one: ['AWSCURRENT'], two: [] }],
  ])('waits for lagging reads before it is refused with %s: %s', (code, problem, labels) => {
    expect(decideAdmission(secret(labels), 'two')).toMatchObject({
      kind: 'look-again',
      refusal: { code, field: 'ClientRequestToken', message: expect.stringContaining(problem) },
    });
  });

  it('is refused at once where nothing is current', () => {
    expect(decideAdmission(secret({ two: ['AWSPENDING'] }), 'two')).toMatchObject({
      kind: 'refused',
      code: 'KEYTURN_NO_CURRENT_VALUE',
    });
  });

  it('is refused at once where rotation is turned off, whatever the labels say', () => {
    for (const labels of [pending, {}, { two: ['AWSCURRENT'] }]) {
      expect(decideAdmission(secret(labels, { rotationEnabled: false }), 'two')).toMatchObject({
        kind: 'refused',
        code: 'KEYTURN_ROTATION_DISABLED',
      });
    }
  });

  it('is refused at once where a service manages the secret, saying which', () => {
    const managed = secret(pending, { owningService: 'redshift' });
    expect(decideAdmission(managed, 'two')).toMatchObject({
      kind: 'refused',
      code: 'KEYTURN_MANAGED_SECRET',
      message: expect.stringContaining('redshift'),
    });
  });
});
