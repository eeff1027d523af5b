import { decideOwnRotation } from '../../src/domain/decide-own-rotation.js';
import type { SecretDescription } from '../../src/domain/secret-description.js';
import { refused } from '../support/values.js';

const current = ['one', new Set(['AWSCURRENT'])] as const;
const pending = ['two', new Set(['AWSPENDING'])] as const;
const secret = (more: Partial<SecretDescription> = {}): SecretDescription => ({
  arn: 'arn',
  labels: new Map([current]),
  replicasBehind: [],
  ...more,
});
const underWay = secret({ labels: new Map([current, pending]) });
const admitted = (takesOver?: string) => ({ kind: 'admitted', takesOver });

describe('a rotation that only the caller asked for', () => {
  it('is admitted where nobody else rotates the secret', () => {
    expect(decideOwnRotation(secret(), false)).toEqual(admitted());
    const done = new Map([['one', new Set(['AWSCURRENT', 'AWSPENDING'])]]);
    expect(decideOwnRotation(secret({ labels: done }), false)).toEqual(admitted());
  });

  it.each([false, true])('is refused, forced or not (%p), where a service rotates it', (force) => {
    const refusal = refused(decideOwnRotation(secret({ owningService: 'redshift' }), force));
    expect(refusal.code).toBe('KEYTURN_MANAGED_SECRET');
    expect(refusal.message).toContain('redshift');
  });

  it.each([false, true])('is refused, forced or not (%p), where nothing is current', (force) => {
    const refusal = refused(decideOwnRotation(secret({ labels: new Map([pending]) }), force));
    expect(refusal.code).toBe('KEYTURN_NO_CURRENT_VALUE');
  });

  it('is refused while another one is under way, which force takes over', () => {
    const refusal = refused(decideOwnRotation(underWay, false));
    expect(refusal).toMatchObject({ code: 'KEYTURN_ROTATION_UNDER_WAY', field: 'AWSPENDING' });
    expect(refusal.message).toContain('version two');
    expect(decideOwnRotation(underWay, true)).toEqual(admitted('two'));
  });

  it('is refused where a function rotates the secret, unless that is off or it is forced', () => {
    const byFunction = { rotationFunction: 'arn:of:the:function' };
    const refusal = refused(decideOwnRotation(secret(byFunction), false));
    expect(refusal.code).toBe('KEYTURN_ROTATION_BY_FUNCTION');
    expect(refusal.message).toContain('arn:of:the:function');
    expect(decideOwnRotation(secret(byFunction), true)).toEqual(admitted());
    const off = secret({ ...byFunction, rotationEnabled: false });
    expect(decideOwnRotation(off, false)).toEqual(admitted());
  });
});
