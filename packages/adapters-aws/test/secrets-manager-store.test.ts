import { randomUUID } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Sensitive } from '@keyturn/core';
import { useSecretsManager } from '@keyturn/testkit';
import { describeSecretStoreContract } from '@keyturn/testkit/contracts';
import { ManualClock } from '@keyturn/testkit/fakes';
import { SecretsManagerStore } from '../src/index.js';

// A manual clock gives no two versions the same age.
const manager = useSecretsManager({
  clock: 'manual',
  maxVersions: 200,
  rotation: { attempts: 1 },
});

let client: SecretsManagerClient;
let clock: ManualClock;
let store: SecretsManagerStore;

beforeEach(() => {
  const { endpoint, region } = manager();
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  client = new SecretsManagerClient({ endpoint, region, credentials, maxAttempts: 1 });
  clock = new ManualClock();
  store = new SecretsManagerStore({ client, clock });
});

afterEach(() => client.destroy());

/** Begins a rotation that gets no further. */
function rotate(secretId: string, versionId: string): void {
  manager().call('RotateSecret', {
    SecretId: secretId,
    ClientRequestToken: versionId,
    RotationLambdaARN: manager().registerFunction('fails', () =>
      Promise.reject(new Error('not today')),
    ),
  });
}

function createSecret(value: object = {}): { secretId: string; arn: string; versionId?: string } {
  const secretId = `secret-${randomUUID()}`;
  const answer = manager().call('CreateSecret', {
    Name: secretId,
    ClientRequestToken: randomUUID(),
    ...value,
  }) as { ARN: string; VersionId?: string };
  const { ARN: arn, VersionId: versionId } = answer;
  return { secretId, arn, ...(versionId !== undefined && { versionId }) };
}

describeSecretStoreContract({
  name: 'SecretsManagerStore',
  runner: { describe, it, beforeEach, afterEach },
  supports: { owningService: true, tags: true },
  async create() {
    return {
      store,
      async makeSecret({ current, rotationEnabled, owningService, tags }) {
        const made = createSecret(
          typeof current === 'object'
            ? { SecretBinary: Buffer.from('binary').toString('base64') }
            : { SecretString: current },
        );
        const { secretId, arn, versionId } = made;
        if (rotationEnabled !== undefined) rotate(secretId, randomUUID());
        if (rotationEnabled === false) manager().call('CancelRotateSecret', { SecretId: secretId });
        // Tags of a service come from it alone.
        if (owningService !== undefined || tags !== undefined) {
          manager().setOwningService(secretId, owningService ?? 'redshift', tags);
        }
        return { secretId, arn, ...(versionId !== undefined && { current: versionId }) };
      },
      stagePending: async (secretId, versionId) => rotate(secretId, versionId),
      putCurrent: async (secretId, versionId, text) => {
        manager().call('PutSecretValue', {
          SecretId: secretId,
          ClientRequestToken: versionId,
          SecretString: text,
        });
      },
      dispose: async () => undefined,
    };
  },
});

describe('a store over Secrets Manager', () => {
  const TEXT = '{"password":"Baa-1.Black_Sheep"}';
  const text = new Sensitive(TEXT);

  it('reads the versions of all pages', async () => {
    const { secretId, versionId } = createSecret({ SecretString: TEXT });
    const versions = [versionId];
    for (let i = 0; i < 120; i++) {
      const next = randomUUID();
      versions.unshift(next);
      await store.putPending({ secretId, versionId: next, text });
    }

    const listed = await store.listVersions({ secretId });
    expect(listed.map(({ versionId }) => versionId)).toEqual(versions);
    expect(manager().requestLog().filter(isListing)).toHaveLength(2);
  });

  it('passes the rotation token on', async () => {
    const sent: unknown[] = [];
    client.middlewareStack.add((next) => (args) => (sent.push(args.input), next(args)), {});
    const { secretId } = createSecret({ SecretString: TEXT });
    const rotationToken = new Sensitive('0d3b8a5c-1111-4222-8333-944445555666');
    await store.putPending({ secretId, versionId: randomUUID(), text, rotationToken });

    expect(sent).toEqual([expect.objectContaining({ RotationToken: rotationToken.reveal() })]);
  });

  it('tells the rotation function and the dates', async () => {
    const { secretId } = createSecret({ SecretString: TEXT });
    const functionArn = manager().registerFunction('succeeds', () => Promise.resolve());
    manager().call('RotateSecret', {
      SecretId: secretId,
      ClientRequestToken: randomUUID(),
      RotationLambdaARN: functionArn,
      RotationRules: { AutomaticallyAfterDays: 30 },
    });

    const { rotationFunction, nextRotationAt } = await store.describe({ secretId });
    expect(rotationFunction).toBe(functionArn);
    expect(nextRotationAt).toBeGreaterThan(manager().clock.now().getTime());
  });

  it('names the regions whose replica is not in sync', async () => {
    manager().setLag({ replicaMs: 60_000 });
    const { secretId } = createSecret({
      SecretString: TEXT,
      AddReplicaRegions: [{ Region: 'eu-west-1' }, { Region: 'eu-central-1' }],
    });

    const { replicasBehind } = await store.describe({ secretId });
    expect([...replicasBehind].sort()).toEqual(['eu-central-1', 'eu-west-1']);
  });

  it.each([
    ['ThrottlingException', { error: 'ThrottlingException' }],
    ['InternalServiceError', { error: 'InternalServiceError' }],
    ['a dropped connection', { drop: true }],
  ])('gets over %s before and after a value is stored', async (_, fault) => {
    const { secretId } = createSecret({ SecretString: TEXT });
    for (const when of ['before', 'after'] as const) {
      const versionId = randomUUID();
      manager().faults.add({ ...fault, operation: 'PutSecretValue', when, times: 2 });

      await expect(store.putPending({ secretId, versionId, text })).resolves.toBe('stored');
      expect((await store.describe({ secretId })).labels.get(versionId)).toEqual(
        new Set(['AWSPENDING']),
      );
    }
    expect(clock.sleeps).toHaveLength(4);
  });

  it('gives up on throttling after a bounded time', async () => {
    const { secretId } = createSecret({ SecretString: TEXT });
    manager().faults.add({ error: 'ThrottlingException' });

    await expect(store.describe({ secretId })).rejects.toMatchObject({
      code: 'KEYTURN_STORE_THROTTLED',
      retryable: true,
      secretId,
    });
    expect(clock.sleeps).toHaveLength(4);
  });

  it('moves a label once, and says that it does not know where the answer is lost', async () => {
    const { secretId, versionId: from } = createSecret({ SecretString: TEXT });
    const to = randomUUID();
    await store.putPending({ secretId, versionId: to, text });
    manager().faults.add({ operation: 'UpdateSecretVersionStage', when: 'after', drop: true });

    await expect(
      store.moveLabel({ secretId, label: 'AWSCURRENT', from, to }),
    ).rejects.toMatchObject({ code: 'KEYTURN_STORE_UNAVAILABLE', retryable: true });
    expect((await store.describe({ secretId })).labels.get(to)).toContain('AWSCURRENT');
    expect(clock.sleeps).toEqual([]);
  });

  it('says where nobody listens that nothing was done', async () => {
    const { region } = manager();
    const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
    const clientConfig = { endpoint: 'http://127.0.0.1:1', region, credentials };
    const nowhere = new SecretsManagerStore({ clientConfig, clock });

    await expect(
      nowhere.putPending({ secretId: 'orders', versionId: randomUUID(), text }),
    ).rejects.toMatchObject({
      code: 'KEYTURN_STORE_UNAVAILABLE',
      message: expect.stringContaining('nothing was done'),
    });
  });
});

const isListing = ({ operation }: { operation: string }) => operation === 'ListSecretVersionIds';
