import {
  CancelRotateSecretCommand,
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { type LocalSecretsManager, type FunctionEvent, startSecretsManager } from '../src/index.js';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

describe('a rotation driven by the local Secrets Manager', () => {
  let manager: LocalSecretsManager;
  let client: SecretsManagerClient;
  const steps: string[] = [];

  beforeEach(async () => {
    steps.length = 0;
    manager = await startSecretsManager({ rotation: { backoffMs: () => 20 } });
    client = new SecretsManagerClient({
      endpoint: manager.endpoint,
      region: manager.region,
      credentials,
      maxAttempts: 1,
    });
    await client.send(new CreateSecretCommand({ Name: 'db', SecretString: 'first' }));
  });

  afterEach(async () => {
    client.destroy();
    await manager.close();
  });

  async function rotateOnce({ Step, SecretId, ClientRequestToken, RotationToken }: FunctionEvent) {
    steps.push(Step);
    if (Step === 'createSecret') {
      const value = { SecretString: 'second', VersionStages: ['AWSPENDING'] };
      const put = { SecretId, ClientRequestToken, RotationToken, ...value };
      await client.send(new PutSecretValueCommand(put));
    }
    if (Step === 'finishSecret') {
      const current = await client.send(new GetSecretValueCommand({ SecretId }));
      await client.send(
        new UpdateSecretVersionStageCommand({
          SecretId,
          VersionStage: 'AWSCURRENT',
          MoveToVersionId: ClientRequestToken,
          RemoveFromVersionId: current.VersionId,
        }),
      );
    }
  }

  const rotate = (more: object = {}) =>
    client.send(new RotateSecretCommand({ SecretId: 'db', RotationLambdaARN: 'rotator', ...more }));

  it('runs the four steps and takes AWSPENDING off', async () => {
    manager.registerFunction('rotator', rotateOnce);
    const { VersionId } = await rotate({ RotationRules: { AutomaticallyAfterDays: 30 } });
    const report = await manager.waitForRotation('db');
    expect(report).toMatchObject({ outcome: 'succeeded', attempts: 1, token: VersionId });
    expect(steps).toEqual(['createSecret', 'setSecret', 'testSecret', 'finishSecret']);
    const described = await client.send(new DescribeSecretCommand({ SecretId: 'db' }));
    expect(described.VersionIdsToStages?.[VersionId ?? '']).toEqual(['AWSCURRENT']);
    expect(described.RotationEnabled).toBe(true);
    expect(described.LastRotatedDate).toBeInstanceOf(Date);
    expect(manager.auditLog().map(({ event }) => event)).toEqual([
      'RotationStarted',
      'RotationSucceeded',
    ]);
  });

  it('repeats the whole process with the same token after a failure', async () => {
    let failures = 1;
    manager.registerFunction('rotator', async (event) => {
      if (event.Step === 'testSecret' && failures-- > 0) throw new Error('not yet');
      await rotateOnce(event);
    });
    await rotate();
    const report = await manager.waitForRotation('db');
    expect(report).toMatchObject({ outcome: 'succeeded', attempts: 2 });
    expect(new Set(report.steps.map(({ token }) => token)).size).toBe(1);
    expect(report.steps.map(({ step }) => step)).toEqual([
      ...['createSecret', 'setSecret', 'testSecret'],
      ...['createSecret', 'setSecret', 'testSecret', 'finishSecret'],
    ]);
  });

  it('leaves AWSPENDING where it is after the last try, and refuses another rotation', async () => {
    manager.registerFunction('rotator', () => {
      throw new Error('never');
    });
    const { VersionId } = await rotate();
    await expect(manager.waitForRotation('db')).resolves.toMatchObject({
      outcome: 'failed',
      attempts: 3,
      error: 'createSecret: Error: never',
    });
    const described = await client.send(new DescribeSecretCommand({ SecretId: 'db' }));
    expect(described.VersionIdsToStages?.[VersionId ?? '']).toEqual(['AWSPENDING']);
    await expect(rotate()).rejects.toMatchObject({
      name: 'InvalidRequestException',
      message: "A previous rotation isn't complete. That rotation will be reattempted.",
    });
  });

  it('only tests the function, with the current value, when not to rotate immediately', async () => {
    const seen: (string | undefined)[] = [];
    manager.registerFunction('rotator', async ({ Step, SecretId, ClientRequestToken }) => {
      const read = { SecretId, VersionId: ClientRequestToken, VersionStage: 'AWSPENDING' };
      seen.push(Step, (await client.send(new GetSecretValueCommand(read))).SecretString);
    });
    await rotate({ RotateImmediately: false, RotationRules: { AutomaticallyAfterDays: 30 } });
    await expect(manager.waitForRotation('db')).resolves.toMatchObject({ kind: 'test' });
    expect(seen).toEqual(['testSecret', 'first']);
    const described = await client.send(new DescribeSecretCommand({ SecretId: 'db' }));
    expect(Object.values(described.VersionIdsToStages ?? {})).toEqual([['AWSCURRENT']]);
    expect(described.LastRotatedDate).toBeUndefined();
    expect(manager.auditLog().map(({ event }) => event)).toEqual([
      'TestRotationStarted',
      'TestRotationSucceeded',
    ]);
  });

  it('is abandoned when somebody writes a new current value', async () => {
    manager.registerFunction('rotator', async (event) => {
      await rotateOnce(event);
      if (event.Step !== 'setSecret') return;
      await client.send(new PutSecretValueCommand({ SecretId: 'db', SecretString: 'by hand' }));
    });
    await rotate();
    await expect(manager.waitForRotation('db')).resolves.toMatchObject({ outcome: 'abandoned' });
    expect(steps).toEqual(['createSecret', 'setSecret']);
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: 'db' }));
    expect(SecretString).toBe('by hand');
    expect(manager.auditLog().map(({ event }) => event)).toEqual([
      'RotationStarted',
      'RotationAbandoned',
    ]);
  });

  it('gives way to a new rotation after an operator took AWSPENDING off', async () => {
    const tokens: string[] = [];
    manager.registerFunction('rotator', async (event) => {
      tokens.push(event.ClientRequestToken);
      if (event.ClientRequestToken === tokens[0]) throw new Error('broken');
      await rotateOnce(event);
    });
    const first = await rotate();
    while (tokens.length === 0) await tick();
    const off = { VersionStage: 'AWSPENDING', RemoveFromVersionId: first.VersionId };
    await client.send(new UpdateSecretVersionStageCommand({ SecretId: 'db', ...off }));
    const second = await rotate();
    await expect(manager.waitForRotation('db')).resolves.toMatchObject({
      outcome: 'succeeded',
      token: second.VersionId,
    });
  });

  it('ends early when it is cancelled, and leaves AWSPENDING behind', async () => {
    manager.registerFunction('rotator', async (event) => {
      await rotateOnce(event);
      if (event.Step !== 'createSecret') return;
      await client.send(new CancelRotateSecretCommand({ SecretId: 'db' }));
    });
    const { VersionId } = await rotate();
    await expect(manager.waitForRotation('db')).resolves.toMatchObject({ outcome: 'abandoned' });
    expect(steps).toEqual(['createSecret']);
    const described = await client.send(new DescribeSecretCommand({ SecretId: 'db' }));
    expect(described.VersionIdsToStages?.[VersionId ?? '']).toEqual(['AWSPENDING']);
    expect(described.RotationEnabled).toBe(false);
  });

  it('counts as done when the labels ended well, whatever the function says', async () => {
    manager.registerFunction('rotator', async (event) => {
      await rotateOnce(event);
      if (event.Step === 'finishSecret') throw new Error('too late');
    });
    await rotate();
    await expect(manager.waitForRotation('db')).resolves.toMatchObject({ outcome: 'succeeded' });
  });

  it('tries a stranded rotation again when another one is refused', async () => {
    let broken = true;
    manager.registerFunction('rotator', async (event) => {
      if (broken) throw new Error('broken');
      await rotateOnce(event);
    });
    const first = await rotate();
    await manager.waitForRotation('db');
    broken = false;
    await expect(rotate()).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await expect(manager.waitForRotation('db')).resolves.toMatchObject({
      outcome: 'succeeded',
      token: first.VersionId,
    });
  });

  it('keeps secret values out of reports and of the audit log', async () => {
    manager.registerFunction('rotator', () => {
      throw new Error('cannot sign in with first');
    });
    await rotate();
    const report = await manager.waitForRotation('db');
    expect(report.error).toBe('createSecret: Error: cannot sign in with ***');
    expect(JSON.stringify(manager.auditLog())).not.toContain('first');
  });
});

const tick = () => new Promise((resolve) => setTimeout(resolve, 1));
