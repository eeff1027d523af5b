import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type LocalSecretsManager, startSecretsManager } from '../src/index.js';
import { clientFor } from './client.js';

describe('faults', () => {
  let manager: LocalSecretsManager;
  let client: SecretsManagerClient;

  beforeEach(async () => {
    manager = await startSecretsManager({ clock: 'manual' });
    client = clientFor(manager);
    await client.send(new CreateSecretCommand({ Name: 'db', SecretString: 'one' }));
  });

  afterEach(async () => {
    client.destroy();
    await manager.close();
  });

  const read = () => client.send(new GetSecretValueCommand({ SecretId: 'db' }));
  const put = () => client.send(new PutSecretValueCommand({ SecretId: 'db', SecretString: 'two' }));
  const current = () => manager.call('GetSecretValue', { SecretId: 'db' })['SecretString'];

  it('before an operation leave everything as it was', async () => {
    manager.faults.add({ operation: 'PutSecretValue', error: 'InternalServiceError', times: 1 });
    await expect(put()).rejects.toMatchObject({
      name: 'InternalServiceError',
      $metadata: { httpStatusCode: 500 },
    });
    expect(current()).toBe('one');
    await put();
    expect(current()).toBe('two');
  });

  it('after an operation hide that it was done', async () => {
    manager.faults.add({
      operation: 'PutSecretValue',
      when: 'after',
      error: 'InternalServiceError',
    });
    await expect(put()).rejects.toMatchObject({ name: 'InternalServiceError' });
    expect(current()).toBe('two');
  });

  it('can close the connection', async () => {
    manager.faults.add({ drop: true, times: 1 });
    await expect(read()).rejects.toThrow();
    await expect(read()).resolves.toMatchObject({ SecretString: 'one' });
  });

  it('can let some requests pass first', async () => {
    manager.faults.add({ operation: 'GetSecretValue', error: 'ThrottlingException', skip: 1 });
    await expect(read()).resolves.toMatchObject({ SecretString: 'one' });
    await expect(read()).rejects.toMatchObject({ name: 'ThrottlingException' });
    manager.faults.clear();
    await expect(read()).resolves.toMatchObject({ SecretString: 'one' });
  });

  it('throttle what is above a rate', async () => {
    manager.faults.add({ operation: 'GetSecretValue', perSecond: 0 });
    await expect(read()).rejects.toMatchObject({
      name: 'ThrottlingException',
      message: 'Rate exceeded',
    });
  });

  it('can delay an answer until long after its caller gave up, and still carry the operation out', async () => {
    manager.faults.add({ operation: 'PutSecretValue', latencyMs: 50, times: 1 });
    const givenUp = AbortSignal.timeout(5);
    const command = new PutSecretValueCommand({ SecretId: 'db', SecretString: 'two' });
    await expect(client.send(command, { abortSignal: givenUp })).rejects.toThrow();
    while (current() !== 'two') await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('can be drawn by chance, the same in every run of a seed', async () => {
    const run = async () => {
      const seeded = await startSecretsManager({ seed: 'dice' });
      seeded.faults.add({ error: 'InternalServiceError', probability: 0.5 });
      const outcomes: number[] = [];
      for (let n = 0; n < 20; n += 1) {
        const target = { 'x-amz-target': 'secretsmanager.ListSecrets' };
        const sent = { method: 'POST', headers: target, body: '{}' };
        outcomes.push((await fetch(seeded.endpoint, sent)).status);
      }
      await seeded.close();
      return outcomes;
    };
    const first = await run();
    expect(new Set(first)).toEqual(new Set([200, 500]));
    await expect(run()).resolves.toEqual(first);
  });

  it('make reads lag behind writes until the clock moves on', async () => {
    manager.setLag({ readMs: 1000 });
    await put();
    await expect(read()).resolves.toMatchObject({ SecretString: 'one' });
    await expect(
      client.send(new GetSecretValueCommand({ SecretId: 'db', VersionStage: 'AWSPREVIOUS' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await manager.clock.advance(1000);
    await expect(read()).resolves.toMatchObject({ SecretString: 'two' });
  });

  it('make a new secret invisible for a while', async () => {
    manager.setLag({ readMs: 1000 });
    await client.send(new CreateSecretCommand({ Name: 'new', SecretString: 'x' }));
    const describeIt = () => client.send(new DescribeSecretCommand({ SecretId: 'new' }));
    await expect(describeIt()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await manager.clock.advance(1000);
    await expect(describeIt()).resolves.toMatchObject({ Name: 'new' });
  });

  it('need something to do', () => {
    expect(() => manager.faults.add({ operation: 'GetSecretValue' })).toThrow(TypeError);
  });
});
