import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ReplicateSecretToRegionsCommand,
  type SecretsManagerClient,
  StopReplicationToReplicaCommand,
} from '@aws-sdk/client-secrets-manager';
import { type LocalSecretsManager, startSecretsManager } from '../src/index.js';
import { clientFor } from './client.js';

const LONG = 10_000_000;

describe('replicas', () => {
  let manager: LocalSecretsManager;
  let primary: SecretsManagerClient;
  let replica: SecretsManagerClient;

  beforeEach(async () => {
    manager = await startSecretsManager();
    primary = clientFor(manager);
    replica = clientFor(manager, 'eu-west-1');
    await primary.send(new CreateSecretCommand({ Name: 'db', SecretString: 'one' }));
  });

  afterEach(async () => {
    primary.destroy();
    replica.destroy();
    await manager.close();
  });

  const replicate = () =>
    primary.send(
      new ReplicateSecretToRegionsCommand({
        SecretId: 'db',
        AddReplicaRegions: [{ Region: 'eu-west-1' }],
      }),
    );
  const read = () => replica.send(new GetSecretValueCommand({ SecretId: 'db' }));
  const put = () =>
    primary.send(new PutSecretValueCommand({ SecretId: 'db', SecretString: 'two' }));
  const status = async () =>
    (await primary.send(new DescribeSecretCommand({ SecretId: 'db' }))).ReplicationStatus;

  it('hold what the primary holds, under an ARN of their own region', async () => {
    await expect(read()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await replicate();
    const { ARN, SecretString } = await read();
    expect(ARN).toMatch(/^arn:aws:secretsmanager:eu-west-1:/);
    expect(SecretString).toBe('one');
    await put();
    await expect(read()).resolves.toMatchObject({ SecretString: 'two' });
  });

  it('lag behind when they are told to', async () => {
    await replicate();
    manager.setLag({ replicaMs: LONG });
    await put();
    await expect(read()).resolves.toMatchObject({ SecretString: 'one' });
    manager.setLag({ replicaMs: 1 });
    await put();
    let text: string | undefined;
    while (text !== 'two') text = (await read()).SecretString;
  });

  it('are in progress until they have caught up', async () => {
    manager.setLag({ replicaMs: LONG });
    await replicate();
    await expect(status()).resolves.toMatchObject([{ Status: 'InProgress' }]);
    manager.setLag({ replicaMs: 1 });
    await put();
    while ((await status())?.[0]?.Status !== 'InSync');
    await expect(read()).resolves.toMatchObject({ SecretString: 'two' });
  });

  it('fail where the name is taken', async () => {
    await replica.send(new CreateSecretCommand({ Name: 'db', SecretString: 'theirs' }));
    await replicate();
    await expect(status()).resolves.toMatchObject([{ Status: 'Failed' }]);
    await expect(read()).resolves.toMatchObject({ SecretString: 'theirs' });
  });

  it('cannot be written or deleted in their region, nor the primary deleted before them', async () => {
    await replicate();
    for (const client of [primary, replica]) {
      await expect(
        client.send(new DeleteSecretCommand({ SecretId: 'db', ForceDeleteWithoutRecovery: true })),
      ).rejects.toMatchObject({ name: 'InvalidRequestException' });
    }
    await expect(
      replica.send(new PutSecretValueCommand({ SecretId: 'db', SecretString: 'x' })),
    ).rejects.toMatchObject({ name: 'InvalidRequestException' });
  });

  it('become secrets of their own when replication to them stops', async () => {
    await replicate();
    await replica.send(new StopReplicationToReplicaCommand({ SecretId: 'db' }));
    await put();
    await expect(read()).resolves.toMatchObject({ SecretString: 'one' });
    await expect(status()).resolves.toEqual([]);
  });
});
