import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SecretStoreError } from '@keyturn/core';
import { startSecretsManager, type LocalSecretsManager } from '@keyturn/testkit';
import {
  createCredentialSource,
  extensionReader,
  secretsManagerReader,
  withReplicas,
  type SecretReader,
  type SecretReadRequest,
} from '@keyturn/client';
import { startExtension, type LocalExtension } from '../support/start-extension.js';
import { refusal } from '../support/fake-server.js';

let manager: LocalSecretsManager;
let extension: LocalExtension;
const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
const value = (count: number) => JSON.stringify({ username: 'app', password: `password-${count}` });
const request = (fields: Partial<SecretReadRequest> = {}): SecretReadRequest => ({
  secretId: 'orders',
  label: 'AWSCURRENT',
  fresh: false,
  ...fields,
});
const createOrders = () =>
  manager.call('CreateSecret', {
    Name: 'orders',
    SecretString: value(1),
    ClientRequestToken: '1'.repeat(32),
  });
const put = (count: number) =>
  manager.call('PutSecretValue', {
    SecretId: 'orders',
    SecretString: value(count),
    ClientRequestToken: String(count).repeat(32),
  });
const sdkReader = (region = manager.region) =>
  secretsManagerReader({
    clientConfig: { endpoint: manager.endpoint, region, credentials, maxAttempts: 1 },
  });

beforeAll(async () => {
  manager = await startSecretsManager();
});
beforeEach(async () => {
  manager.reset();
  createOrders();
  extension = await startExtension(manager, 'session-token');
});
afterEach(() => extension.close());
afterAll(() => manager.close());

describe('the reader over the AWS SDK', () => {
  it('reads a version by label, and when it was stored', async () => {
    const reading = await sdkReader().read(request());
    expect(reading?.versionId).toBe('1'.repeat(32));
    expect(reading?.text.reveal()).toBe(value(1));
    expect(reading?.createdAt).toBeGreaterThan(Date.UTC(2020, 0, 1));
  });

  it('gives nothing for a label that no version has', async () => {
    expect(await sdkReader().read(request({ label: 'AWSPENDING' }))).toBeUndefined();
  });

  it('takes a client that is there already', async () => {
    const config = { endpoint: manager.endpoint, region: 'us-east-1', credentials };
    const client = new SecretsManagerClient(config);
    const reading = await secretsManagerReader({ client }).read(request());
    expect(reading?.text.reveal()).toBe(value(1));
    client.destroy();
  });

  it('gives no date where rotation is off', async () => {
    expect(await sdkReader().nextRotation?.({ secretId: 'orders' })).toBeUndefined();
  });

  it.each([
    ['AccessDeniedException', 400, 'not allowed', 'KEYTURN_STORE_ACCESS_DENIED', false],
    [
      'AccessDeniedException',
      400,
      'Access to KMS is not allowed',
      'KEYTURN_STORE_KEY_UNUSABLE',
      false,
    ],
    ['ThrottlingException', 400, 'Rate exceeded', 'KEYTURN_STORE_THROTTLED', true],
    ['DecryptionFailure', 400, 'no', 'KEYTURN_STORE_KEY_UNUSABLE', false],
    ['InternalServiceError', 500, 'no', 'KEYTURN_STORE_UNAVAILABLE', true],
    ['InvalidRequestException', 400, 'marked for deletion', 'KEYTURN_STORE_REFUSED', false],
    ['UnrecognizedClientException', 400, 'no', 'KEYTURN_STORE_ACCESS_DENIED', false],
    [
      'ResourceNotFoundException',
      400,
      "Secrets Manager can't find the specified secret.",
      'KEYTURN_STORE_NOT_FOUND',
      false,
    ],
  ])('turns %s (%i, %s) into %s', async (name, status, message, code, retryable) => {
    const error = Object.assign(new Error(message), {
      name,
      $metadata: { httpStatusCode: status },
    });
    const client = { send: () => Promise.reject(error) } as unknown as SecretsManagerClient;
    await expect(secretsManagerReader({ client }).read(request())).rejects.toMatchObject({
      code,
      retryable,
      secretId: 'orders',
    });
  });

  it('refuses what is no client, and a client with a configuration', () => {
    expect(() => secretsManagerReader({ client: {} as SecretsManagerClient })).toThrow(TypeError);
    const client = { send: () => undefined } as unknown as SecretsManagerClient;
    expect(() => secretsManagerReader({ client, clientConfig: {} })).toThrow(TypeError);
  });
});

describe("the reader over the extension's endpoint", () => {
  const reader = (options: Parameters<typeof extensionReader>[0] = {}) =>
    extensionReader({ endpoint: extension.endpoint, token: 'session-token', ...options });

  it('sends the token, secret and label', async () => {
    const reading = await reader().read(request());
    expect(reading?.text.reveal()).toBe(value(1));
    expect(extension.queries).toEqual(['?secretId=orders&versionStage=AWSCURRENT']);
  });

  it('reads the token from the environment of a function, at each read', async () => {
    const before = process.env['AWS_SESSION_TOKEN'];
    process.env['AWS_SESSION_TOKEN'] = 'session-token';
    try {
      const reading = await extensionReader({ endpoint: extension.endpoint }).read(request());
      expect(reading?.versionId).toBe('1'.repeat(32));
    } finally {
      if (before === undefined) delete process.env['AWS_SESSION_TOKEN'];
      else process.env['AWS_SESSION_TOKEN'] = before;
    }
  });

  it('names a wrong token as a missing right', async () => {
    await expect(reader({ token: 'other' }).read(request())).rejects.toMatchObject({
      code: 'KEYTURN_STORE_ACCESS_DENIED',
    });
  });

  it('gives nothing for a label that no version has, and an error for no secret', async () => {
    expect(await reader().read(request({ label: 'AWSPREVIOUS' }))).toBeUndefined();
    await expect(reader().read(request({ secretId: 'nothing' }))).rejects.toMatchObject({
      code: 'KEYTURN_STORE_NOT_FOUND',
    });
  });

  it('asks the service itself after a refusal, as the extension keeps what it has read', async () => {
    const plain = reader();
    await plain.read(request());
    put(2);
    expect((await plain.read(request({ fresh: true })))?.text.reveal()).toBe(value(1));
    const direct = reader({ whenFresh: sdkReader() });
    expect((await direct.read(request()))?.text.reveal()).toBe(value(1));
    expect((await direct.read(request({ fresh: true })))?.text.reveal()).toBe(value(2));
    expect(direct.nextRotation).toBeDefined();
  });

  it('has the Agent read again after a refusal', async () => {
    const agent = reader({ refreshNow: true });
    await agent.read(request());
    put(2);
    expect((await agent.read(request()))?.text.reveal()).toBe(value(1));
    expect((await agent.read(request({ fresh: true })))?.text.reveal()).toBe(value(2));
  });

  it('can be tried again while the extension starts, and while nobody answers', async () => {
    extension.answer = { status: 400, text: 'not ready to serve traffic, please wait' };
    const retryable = { code: 'KEYTURN_STORE_UNAVAILABLE', retryable: true };
    await expect(reader().read(request())).rejects.toMatchObject(retryable);
    const nobody = reader({ endpoint: 'http://127.0.0.1:1' });
    await expect(nobody.read(request())).rejects.toMatchObject(retryable);
  });

  it('quotes nothing of what it cannot read', async () => {
    extension.answer = { status: 200, text: 'password-1 and no JSON' };
    const error: unknown = await reader()
      .read(request())
      .catch((thrown: unknown) => thrown);
    expect(String(error)).not.toContain('password-1');
    expect(error).toMatchObject({ code: 'KEYTURN_STORE_UNAVAILABLE' });
  });

  it('refuses an endpoint that is none', () => {
    expect(() => extensionReader({ endpoint: 'localhost' })).toThrow(
      expect.objectContaining({ code: 'KEYTURN_INVALID_SETTING', field: 'endpoint' }),
    );
  });

  it('carries a source through a rotation', async () => {
    const source = createCredentialSource({
      secretId: 'orders',
      reader: reader({ whenFresh: sdkReader() }),
    });
    const attempt = (right: string) =>
      source.signIn(async ({ user, password }) => {
        if (password.reveal() !== right) throw refusal(user);
        return password.reveal();
      });
    expect(await attempt('password-1')).toBe('password-1');
    put(2);
    expect(await attempt('password-2')).toBe('password-2');
    expect(source.counters()).toMatchObject({ refusals: 1, recoveries: 1 });
  });
});

describe('replica regions', () => {
  const replicate = () =>
    manager.call('ReplicateSecretToRegions', {
      SecretId: 'orders',
      AddReplicaRegions: [{ Region: 'eu-west-1' }],
    });
  const failing = (code: 'KEYTURN_STORE_UNAVAILABLE' | 'KEYTURN_STORE_ACCESS_DENIED') =>
    ({
      read: () => Promise.reject(new SecretStoreError({ code, message: 'no' })),
    }) satisfies SecretReader;

  it('are read where the own region gives no answer, and marked', async () => {
    replicate();
    const reader = withReplicas(failing('KEYTURN_STORE_UNAVAILABLE'), [sdkReader('eu-west-1')]);
    const reading = await reader.read(request());
    expect(reading).toMatchObject({ mayBeBehind: true });
    expect(reading?.text.reveal()).toBe(value(1));
  });

  it('are left alone where the own region has answered', async () => {
    const reader = withReplicas(sdkReader(), [failing('KEYTURN_STORE_UNAVAILABLE')]);
    expect((await reader.read(request()))?.mayBeBehind).toBeUndefined();
    const denied = withReplicas(failing('KEYTURN_STORE_ACCESS_DENIED'), [sdkReader()]);
    await expect(denied.read(request())).rejects.toMatchObject({
      code: 'KEYTURN_STORE_ACCESS_DENIED',
    });
  });

  it('tell of the own region where none answers', async () => {
    const reader = withReplicas(failing('KEYTURN_STORE_UNAVAILABLE'), [
      failing('KEYTURN_STORE_UNAVAILABLE'),
    ]);
    await expect(reader.read(request())).rejects.toMatchObject({
      code: 'KEYTURN_STORE_UNAVAILABLE',
    });
    expect(() => withReplicas(sdkReader(), [])).toThrow(TypeError);
  });

  it('do not take a source back to what they still hold', async () => {
    replicate();
    let isDown = false;
    const own = sdkReader();
    const primary: SecretReader = {
      read: (asked) => (isDown ? failing('KEYTURN_STORE_UNAVAILABLE').read() : own.read(asked)),
    };
    manager.setLag({ replicaMs: 60_000 });
    await new Promise((resolve) => setTimeout(resolve, 5));
    put(2);
    const source = createCredentialSource({
      secretId: 'orders',
      reader: withReplicas(primary, [sdkReader('eu-west-1')]),
      maxAgeMs: 1,
    });
    expect((await source.credential()).password.reveal()).toBe('password-2');
    isDown = true;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await source.credential()).password.reveal()).toBe('password-2');
    expect(source.counters().reads).toBeGreaterThanOrEqual(2);
  });
});
