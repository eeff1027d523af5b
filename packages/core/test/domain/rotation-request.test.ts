import { inspect } from 'node:util';
import { parseRotationEvent, ROTATION_STEPS } from '../../src/domain/rotation-request.js';
import { accepted, refused } from '../support/values.js';

const token = 'a'.repeat(36);
const event = { Step: 'createSecret', SecretId: 'arn:of:a:secret', ClientRequestToken: token };

describe('parsing a rotation event', () => {
  it('says what is wrong with which part of it', () => {
    expect(parseRotationEvent(undefined)).toMatchObject({
      message: 'The rotation event is not an object.',
    });
    expect(parseRotationEvent({ ...event, Step: 'none' })).toMatchObject({
      message: 'Step of the rotation event is not a rotation step.',
      remedy: 'Send one of createSecret, setSecret, testSecret, finishSecret.',
    });
  });

  it.each(ROTATION_STEPS)('reads %s', (step) => {
    expect(parseRotationEvent({ ...event, Step: step })).toEqual({
      step,
      secretId: event.SecretId,
      versionId: token,
    });
  });

  it('ignores keys the service may add', () => {
    expect(parseRotationEvent({ ...event, Colour: 'blue', step: 'x' })).toEqual(
      parseRotationEvent(event),
    );
  });

  it('keeps a rotation token out of sight', () => {
    const request = accepted(parseRotationEvent({ ...event, RotationToken: 'token-of-a-role' }));
    expect(request.rotationToken?.reveal()).toBe('token-of-a-role');
    expect(inspect(request, { depth: 9 }) + JSON.stringify(request)).not.toContain('of-a-role');
  });

  it.each([undefined, null])('takes a rotation token of %p for none', (RotationToken) => {
    const request = accepted(parseRotationEvent({ ...event, RotationToken }));
    expect(request).not.toHaveProperty('rotationToken');
  });

  it.each([
    { SecretId: 's' },
    { SecretId: 's'.repeat(2048) },
    { ClientRequestToken: 't'.repeat(32) },
    { ClientRequestToken: 't'.repeat(64) },
    { RotationToken: 'r' },
    { RotationToken: 'r'.repeat(256) },
  ])('accepts the least and the most: %j', (change) => {
    accepted(parseRotationEvent({ ...event, ...change }));
  });

  it.each([
    ['event', undefined],
    ['event', null],
    ['event', 'createSecret'],
    ['event', 42],
    ['event', [event]],
    ['Step', {}],
    ['Step', { ...event, Step: undefined }],
    ['Step', { ...event, Step: null }],
    ['Step', { ...event, Step: 'deleteSecret' }],
    ['Step', { ...event, Step: 'CreateSecret' }],
    ['Step', { ...event, Step: 'createSecret ' }],
    ['Step', { ...event, Step: ['createSecret'] }],
    ['Step', { ...event, Step: '__proto__' }],
    ['SecretId', { ...event, SecretId: undefined }],
    ['SecretId', { ...event, SecretId: null }],
    ['SecretId', { ...event, SecretId: '' }],
    ['SecretId', { ...event, SecretId: 7 }],
    ['SecretId', { ...event, SecretId: ['arn'] }],
    ['SecretId', { ...event, SecretId: 's'.repeat(2049) }],
    ['SecretId', { ...event, SecretId: 'arn\u0000' }],
    ['SecretId', { ...event, SecretId: 'arn\nof' }],
    ['ClientRequestToken', { ...event, ClientRequestToken: undefined }],
    ['ClientRequestToken', { ...event, ClientRequestToken: 't'.repeat(31) }],
    ['ClientRequestToken', { ...event, ClientRequestToken: 't'.repeat(65) }],
    ['ClientRequestToken', { ...event, ClientRequestToken: 1e40 }],
    ['ClientRequestToken', { ...event, ClientRequestToken: `${token}\u007f` }],
    ['RotationToken', { ...event, RotationToken: '' }],
    ['RotationToken', { ...event, RotationToken: 'r'.repeat(257) }],
    ['RotationToken', { ...event, RotationToken: {} }],
  ])('refuses an unfit %s: %j', (field, unfit) => {
    const refusal = refused(parseRotationEvent(unfit));
    expect(refusal).toMatchObject({ code: 'KEYTURN_INVALID_EVENT', field });
    expect(refusal.remedy).not.toBe('');
  });
});
