import {
  type AuditEvent,
  type LocalSecretsManager,
  type RequestLogEntry,
  startSecretsManager,
} from '../src/index.js';

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

  it.each([
    [
      { error: 'Broken', status: 9999 },
      'status of a fault has to be an HTTP status from 400 to 599',
    ],
    [{ error: { code: 'x' } }, 'error of a fault has to be an error code'],
    [{ operation: 'Nothing', error: 'x' }, 'operation of a fault has to be an operation'],
    [{ error: 'x', time: 1 }, 'a fault has no field time'],
    [{ latencyMs: -1 }, 'latencyMs of a fault has to be a number of milliseconds'],
    [{ error: 'x', probability: 2 }, 'probability of a fault has to be a number from 0 to 1'],
    [{ when: 'after' }, 'a fault needs latencyMs, error, drop or perSecond'],
  ])('refuse the fault %j', async (rule, reason) => {
    const { status, body } = await control<{ error: string }>('POST', 'faults', rule);
    expect(status).toBe(400);
    expect(body.error).toContain(reason);
    expect(manager.faults.list()).toEqual([]);
  });

  it.each([
    ['clock', { advance: 1e300 }, 'there is no such date'],
    ['lag', { readMs: 'soon' }, 'a duration is'],
    ['rotation', {}, 'secretId has to be a text'],
    ['owning-service', { secretId: 'db' }, 'service has to be a text'],
    ['clock', [], 'the body has to be a JSON object'],
  ])('refuse what %s cannot read: %j', async (path, input, reason) => {
    const { status, body } = await control<{ error: string }>('POST', path, input);
    expect(status).toBe(400);
    expect(body.error).toContain(reason);
  });

  it('let a force-deleted name stay taken for a while', async () => {
    await control('POST', 'lag', { forceDeleteMs: '5s' });
    manager.call('DeleteSecret', { SecretId: 'db', ForceDeleteWithoutRecovery: true });
    const again = { Name: 'db', ClientRequestToken: '1'.repeat(32) };
    expect(() => manager.call('CreateSecret', again)).toThrow(
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
    await control('POST', 'clock', { advance: '5s' });
    expect(manager.call('CreateSecret', again)).toMatchObject({ Name: 'db' });
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
    await operation('RotateSecret', {
      SecretId: { password: 'tr0ub4dor' },
      RotationRules: { Duration: '3h', password: 'tr0ub4dor' },
    });
    const { body } = await control<RequestLogEntry[]>('GET', 'requests');
    expect(body.map(({ operation: name, status }) => [name, status])).toEqual([
      ['PutSecretValue', 200],
      ['PutSecretValue', 400],
      ['GetSecretValue', 200],
      ['RotateSecret', 400],
    ]);
    expect(body[3]?.about).toEqual({ RotationRules: { Duration: '3h' } });
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
    const tags = { 'aws:redshift:primaryclusterarn': 'arn:of:the:cluster' };
    await control('POST', 'owning-service', { secretId: 'db', service: 'redshift', tags });
    expect(manager.call('DescribeSecret', { SecretId: 'db' })).toMatchObject({
      OwningService: 'redshift',
      Tags: [{ Key: 'aws:redshift:primaryclusterarn', Value: 'arn:of:the:cluster' }],
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
});
