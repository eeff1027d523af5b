import { decideFleetMember, type ListedSecret } from '../../src/index.js';

const rotated: ListedSecret = {
  arn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-AbCdEf',
  name: 'orders',
  rotationEnabled: true,
  rotationFunction: 'arn:aws:lambda:eu-west-1:123456789012:function:rotate',
};

describe('decideFleetMember', () => {
  it.each([
    ['a secret that a function rotates', {}],
    ['the primary of replicas', { primaryRegion: 'eu-west-1' }],
  ])('rotates %s', (_, change) => {
    expect(decideFleetMember({ ...rotated, ...change })).toEqual({ kind: 'rotate' });
  });

  it.each([
    ['marked-for-deletion', { deletedAt: 1 }],
    ['replica', { primaryRegion: 'us-east-1' }],
    ['managed', { owningService: 'redshift', rotationFunction: undefined }],
    ['no-rotation', { rotationFunction: undefined, rotationEnabled: undefined }],
    ['rotation-off', { rotationEnabled: false }],
    ['rotation-off', { rotationEnabled: undefined }],
  ])('leaves out %s', (reason, change) => {
    const secret = { ...rotated, ...change } as ListedSecret;
    expect(decideFleetMember(secret)).toEqual({ kind: 'skip', reason });
  });
});
