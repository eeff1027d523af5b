import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  RotateSecretCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  type LocalSecretsManager,
  type OperationName,
  type FunctionEvent,
  startSecretsManager,
} from '../src/index.js';
import { clientFor } from './client.js';

const DAY = 86_400_000;

describe('a movable clock', () => {
  let manager: LocalSecretsManager;
  let client: SecretsManagerClient;
  let broken: boolean;

  beforeEach(async () => {
    broken = false;
    manager = await startSecretsManager({
      clock: 'manual',
      startTime: new Date('2026-01-01T12:00:00Z'),
      functions: { rotate },
      rotation: { attempts: 1 },
    });
    client = clientFor(manager);
    await client.send(new CreateSecretCommand({ Name: 'db', SecretString: 'first' }));
  });

  afterEach(async () => {
    client.destroy();
    await manager.close();
  });

  function rotate({ Step, SecretId, ClientRequestToken }: FunctionEvent) {
    if (broken) throw new Error('broken');
    const labels = { SecretId, ClientRequestToken, VersionStages: ['AWSPENDING'] };
    if (Step === 'createSecret') {
      manager.call('PutSecretValue', { ...labels, SecretString: ClientRequestToken });
    }
    if (Step !== 'finishSecret') return;
    const { VersionId } = manager.call('GetSecretValue', { SecretId });
    manager.call('UpdateSecretVersionStage', {
      SecretId,
      VersionStage: 'AWSCURRENT',
      RemoveFromVersionId: VersionId,
      MoveToVersionId: ClientRequestToken,
    });
  }

  const described = () => client.send(new DescribeSecretCommand({ SecretId: 'db' }));
  const events = () => manager.auditLog().map(({ event, at }) => `${day(at)} ${event}`);
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const enable = (rules: object) =>
    client
      .send(
        new RotateSecretCommand({
          SecretId: 'db',
          RotationLambdaARN: 'rotate',
          RotationRules: rules,
          RotateImmediately: false,
        }),
      )
      .then(() => manager.waitForRotation('db'));

  it('rotates in every window on its way', async () => {
    await enable({ AutomaticallyAfterDays: 10 });
    await manager.clock.advance(31 * DAY);
    expect(events().slice(2)).toEqual([
      '2026-01-11 RotationStarted',
      '2026-01-11 RotationSucceeded',
      '2026-01-21 RotationStarted',
      '2026-01-21 RotationSucceeded',
      '2026-01-31 RotationStarted',
      '2026-01-31 RotationSucceeded',
    ]);
    const { NextRotationDate, LastRotatedDate } = await described();
    expect(NextRotationDate?.toISOString()).toBe('2026-02-10T23:59:59.000Z');
    expect(LastRotatedDate?.toISOString()).toMatch(/^2026-01-31T00:00:00/);
  });

  it('tries a failed rotation again in the next window, with the same version', async () => {
    await enable({ AutomaticallyAfterDays: 10 });
    broken = true;
    await manager.clock.advance(12 * DAY);
    const { VersionIdsToStages: stranded, NextRotationDate } = await described();
    expect(NextRotationDate?.toISOString()).toBe('2026-01-11T23:59:59.000Z');
    broken = false;
    await manager.clock.advance(10 * DAY);
    const { VersionIdsToStages: healed } = await described();
    const pending = Object.entries(stranded ?? {}).find(([, labels]) =>
      labels.includes('AWSPENDING'),
    );
    expect(healed?.[pending?.[0] ?? '']).toEqual(['AWSCURRENT']);
  });

  it('counts a value written by hand as a rotation', async () => {
    await enable({ AutomaticallyAfterDays: 10 });
    await manager.clock.advance(5 * DAY);
    const token = { ClientRequestToken: '5'.repeat(32) };
    manager.call('PutSecretValue', { SecretId: 'db', SecretString: 'by hand', ...token });
    const { NextRotationDate } = await described();
    expect(NextRotationDate?.toISOString()).toBe('2026-01-16T23:59:59.000Z');
  });

  it('deletes a secret when its recovery window is over', async () => {
    await client.send(new DeleteSecretCommand({ SecretId: 'db', RecoveryWindowInDays: 7 }));
    await manager.clock.advance(7 * DAY - 10);
    await expect(described()).resolves.toMatchObject({ Name: 'db' });
    await manager.clock.advance(DAY);
    await expect(described()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(events()).toEqual([
      '2026-01-01 StartSecretVersionDelete',
      '2026-01-08 EndSecretVersionDelete',
    ]);
  });

  it('dates every change of a secret', () => {
    const changedAt = () => manager.call('DescribeSecret', { SecretId: 'db' })['LastChangedDate'];
    const policy = '{"Statement":{"Effect":"Deny","Action":"*","Principal":"*"}}';
    const changes: readonly (readonly [OperationName, object])[] = [
      ['PutSecretValue', { SecretString: 'second', ClientRequestToken: '2'.repeat(32) }],
      ['UpdateSecret', { Description: 'x', ClientRequestToken: '3'.repeat(32) }],
      ['UpdateSecretVersionStage', { VersionStage: 'mine', MoveToVersionId: '2'.repeat(32) }],
      ['TagResource', { Tags: [{ Key: 'a', Value: 'b' }] }],
      ['UntagResource', { TagKeys: ['a'] }],
      ['PutResourcePolicy', { ResourcePolicy: policy }],
      ['DeleteResourcePolicy', {}],
      ['ReplicateSecretToRegions', { AddReplicaRegions: [{ Region: 'eu-west-1' }] }],
      ['RemoveRegionsFromReplication', { RemoveReplicaRegions: ['eu-west-1'] }],
      ['CancelRotateSecret', {}],
      ['DeleteSecret', {}],
      ['RestoreSecret', {}],
    ];
    for (const [operation, input] of changes) {
      const before = changedAt();
      manager.call(operation, { SecretId: 'db', ...input });
      expect([operation, changedAt() === before]).toEqual([operation, false]);
    }
    const before = changedAt();
    manager.call('GetSecretValue', { SecretId: 'db' });
    expect(changedAt()).toBe(before);
  });

  it('does not move back', async () => {
    await expect(manager.clock.set(new Date(0))).rejects.toThrow(RangeError);
  });

  it('forgets unlabelled versions only above the limit and after a day', async () => {
    const put = (n: number) =>
      manager.call('PutSecretValue', {
        SecretId: 'db',
        SecretString: `${n}`,
        ClientRequestToken: String(n).padStart(32, '0'),
      });
    for (let n = 1; n < 100; n += 1) put(n);
    expect(() => put(100)).toThrow(expect.objectContaining({ code: 'LimitExceededException' }));
    await manager.clock.advance(DAY);
    put(100);
    const listed = manager.call('ListSecretVersionIds', {
      SecretId: 'db',
      IncludeDeprecated: true,
    });
    expect(listed['Versions']).toHaveLength(100);
  });
});

describe('a seed', () => {
  it('gives the same ids, dates and passwords in every run', async () => {
    const run = async () => {
      const manager = await startSecretsManager({ seed: 'sheep' });
      const secret = { Name: 'a', SecretString: 'b', ClientRequestToken: 'c'.repeat(32) };
      const answers = [
        manager.call('CreateSecret', secret),
        manager.call('GetRandomPassword', {}),
        manager.call('DescribeSecret', { SecretId: 'a' }),
      ];
      await manager.close();
      return answers;
    };
    const [first, second] = [await run(), await run()];
    expect(second).toEqual(first);
    expect(first[2]?.['CreatedDate']).toBe(Date.UTC(2026, 0, 1) / 1000 + 0.001);
  });
});
