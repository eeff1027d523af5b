import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { secretsManagerReader, storeReader } from '@keyturn/client';
import { InMemorySecretStore } from '@keyturn/testkit/fakes';
import { startSecretsManager, type LocalSecretsManager } from '@keyturn/testkit';
import { randomUUID } from 'node:crypto';
import { describeSourceContract } from '../support/source-contract.js';

describeSourceContract('the store in memory', async () => {
  const store = new InMemorySecretStore();
  const secretId = 'orders';
  store.addSecret({ secretId });
  let count = 0;
  let reads = 0;
  const counting = Object.assign(Object.create(store) as InMemorySecretStore, {
    readValue: (request: Parameters<InMemorySecretStore['readValue']>[0]) => {
      reads++;
      return store.readValue(request);
    },
    describe: (request: { secretId: string }) => store.describe(request),
  });
  const versions: string[] = [];
  return {
    secretId,
    reader: storeReader(counting),
    reads: () => reads,
    async putCurrent(value) {
      versions.push(`v${++count}`);
      store.putCurrent({ secretId, versionId: `v${count}`, value });
    },
    async putPending(value) {
      store.putVersion({ secretId, versionId: `v${++count}`, value, labels: ['AWSPENDING'] });
    },
    async promote() {
      const from = versions.at(-1);
      await store.moveLabel({ secretId, label: 'AWSCURRENT', from, to: `v${count}` });
      store.completeRotation(secretId);
    },
    async dispose() {},
  };
});

let manager: LocalSecretsManager;
let client: SecretsManagerClient;
beforeAll(async () => {
  manager = await startSecretsManager();
  client = new SecretsManagerClient({
    endpoint: manager.endpoint,
    region: manager.region,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
});
afterAll(async () => {
  client.destroy();
  await manager.close();
});

describeSourceContract('the local Secrets Manager', async () => {
  const SecretId = `orders-${randomUUID()}`;
  await client.send(new CreateSecretCommand({ Name: SecretId }));
  let current: string | undefined;
  let pending: string | undefined;
  const begun = manager.requestLog().length;
  return {
    secretId: SecretId,
    reader: secretsManagerReader({ client }),
    reads: () =>
      manager
        .requestLog()
        .slice(begun)
        .filter(({ operation }) => operation === 'GetSecretValue').length,
    async putCurrent(value) {
      const stored = await client.send(
        new PutSecretValueCommand({ SecretId, SecretString: value }),
      );
      current = stored.VersionId;
    },
    async putPending(value) {
      const put = { SecretId, SecretString: value, VersionStages: ['AWSPENDING'] };
      pending = (await client.send(new PutSecretValueCommand(put))).VersionId;
    },
    async promote() {
      const move = {
        SecretId,
        VersionStage: 'AWSCURRENT',
        RemoveFromVersionId: current,
        MoveToVersionId: pending,
      };
      await client.send(new UpdateSecretVersionStageCommand(move));
      current = pending;
    },
    async dispose() {},
  };
});
