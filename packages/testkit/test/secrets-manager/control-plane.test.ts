import { request } from 'node:http';
import {
  type AuditEvent,
  type LocalSecretsManager,
  type RequestLogEntry,
  startSecretsManager,
} from '../../src/secrets-manager/index.js';

describe('the control routes', () => {
  let manager: LocalSecretsManager;

  beforeEach(async () => {
    manager = await startSecretsManager({ clock: 'manual' });
    const value = { SecretString: 'hunter2!', ClientRequestToken: '1'.repeat(32) };
    manager.call('CreateSecret', { Name: 'db', ...value });
  });

  afterEach(() => manager.close());

  const control = async <T = unknown>(method: string, path: string, body?: unknown) => {
    const response = await fetch(`${manager.endpoint}/_keyturn/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as T };
  };
  const operation = (name: string, input: object) =>
    fetch(manager.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': `secretsmanager.${name}` },
      body: JSON.stringify(input),
    });

  it('show the state and forget it', async () => {
    const before = await control('GET', 'state');
    expect(before.body).toMatchObject({ 'us-east-1': [{ name: 'db' }] });
    await control('POST', 'reset');
    await expect(control('GET', 'state')).resolves.toMatchObject({ body: {} });
  });

  it('move the clock', async () => {
    const { body: before } = await control<{ now: string }>('GET', 'clock');
    const { body: after } = await control<{ now: string }>('POST', 'clock', { advance: '30d' });
    const moved = Date.parse(after.now) - Date.parse(before.now);
    expect(moved).toBe(30 * 86_400_000);
    await expect(control('POST', 'clock', { advance: 'soon' })).resolves.toMatchObject({
      status: 400,
    });
  });

  it('add, show and clear faults', async () => {
    const rule = { operation: 'DescribeSecret', error: 'InternalServiceError' };
    await expect(control('POST', 'faults', rule)).resolves.toMatchObject({ body: [rule] });
    await expect(operation('DescribeSecret', { SecretId: 'db' })).resolves.toMatchObject({
      status: 500,
    });
    await control('DELETE', 'faults');
    await expect(operation('DescribeSecret', { SecretId: 'db' })).resolves.toMatchObject({
      status: 200,
    });
  });

  it('show requests without a secret value in them', async () => {
    await operation('PutSecretValue', {
      SecretId: 'db',
      SecretString: 'tr0ub4dor',
      ClientRequestToken: '2'.repeat(32),
      RotationToken: 'r'.repeat(36),
    });
    await operation('PutSecretValue', { SecretId: 'db', SecretString: { password: 'tr0ub4dor' } });
    await operation('GetSecretValue', { SecretId: 'db' });
    const { body } = await control<RequestLogEntry[]>('GET', 'requests');
    expect(body.map(({ operation: name, status }) => [name, status])).toEqual([
      ['PutSecretValue', 200],
      ['PutSecretValue', 400],
      ['GetSecretValue', 200],
    ]);
    expect(body[0]?.about).toEqual({ SecretId: 'db', ClientRequestToken: '2'.repeat(32) });
    expect(JSON.stringify(body)).not.toMatch(/tr0ub4dor|hunter2|rrrr/);
  });

  it('wait for a rotation', async () => {
    manager.registerFunction('fails', () => Promise.reject(new Error('no')));
    const rotate = { SecretId: 'db', RotationLambdaARN: 'fails', RotateImmediately: false };
    await operation('RotateSecret', { ...rotate, ClientRequestToken: '3'.repeat(32) });
    await expect(control('POST', 'rotation', { secretId: 'db' })).resolves.toMatchObject({
      body: { kind: 'test', outcome: 'failed', error: 'testSecret: Error: no' },
    });
    const { body: events } = await control<AuditEvent[]>('GET', 'audit');
    expect(events.map(({ event }) => event)).toEqual(['TestRotationStarted', 'TestRotationFailed']);
  });

  it('mark a secret as managed by a service, which then cannot be rotated', async () => {
    await control('POST', 'owning-service', { secretId: 'db', service: 'redshift' });
    expect(manager.call('DescribeSecret', { SecretId: 'db' })).toMatchObject({
      OwningService: 'redshift',
    });
    const answer = await operation('RotateSecret', {
      SecretId: 'db',
      ClientRequestToken: '3'.repeat(32),
    });
    await expect(answer.json()).resolves.toMatchObject({ __type: 'InvalidRequestException' });
  });

  it('name each other when there is no such route', async () => {
    const { status, body } = await control<{ routes: string[] }>('GET', 'nothing');
    expect(status).toBe(404);
    expect(body.routes).toContain('POST clock');
  });

  it.each([
    { origin: 'https://example.com', host: undefined },
    { origin: undefined, host: 'rebound.example.com' },
  ])('refuse a page in a browser: %j', async ({ origin, host }) => {
    const status = await new Promise((resolve) => {
      const headers = { ...(origin && { origin }), ...(host && { host }) };
      const { port } = manager;
      request({ host: '127.0.0.1', port, path: '/_keyturn/state', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(403);
  });
});
