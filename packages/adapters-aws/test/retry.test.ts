import { Sensitive } from '@keyturn/core';
import { ManualClock } from '@keyturn/testkit/fakes';
import { SecretsManagerStore, type RetryLimits } from '../src/index.js';
import { fault, scriptedClient } from './scripted-client.js';

const secretId = 'orders';
const versionId = 'version-with-a-name-of-thirty-two';
const throttled = fault('ThrottlingException');
const broken = fault('TimeoutError');
const lagging = fault(
  'ResourceNotFoundException',
  "Secrets Manager can't find the specified secret value for VersionId: 1",
);

function fixture(outcomes: readonly unknown[], retry: Partial<RetryLimits> = {}, random = 0) {
  const { client, sent } = scriptedClient(...outcomes);
  const clock = new ManualClock({ random });
  return { store: new SecretsManagerStore({ client, clock, retry }), clock, sent };
}

describe('a request that fails for a while', () => {
  it('is made again after pauses that grow up to a limit', async () => {
    const { store, clock } = fixture([throttled], { attempts: 7, maxPauseMs: 1_000 });

    await expect(store.describe({ secretId })).rejects.toMatchObject({
      code: 'KEYTURN_STORE_THROTTLED',
    });
    expect(clock.sleeps).toEqual([200, 400, 800, 1_000, 1_000, 1_000]);
  });

  it('waits shorter by chance, and never less than half', async () => {
    const { store, clock } = fixture([throttled], {}, 0.5);

    await expect(store.describe({ secretId })).rejects.toThrow();
    expect(clock.sleeps).toEqual([150, 300, 600, 1_200]);
  });

  it('is not made again when too much time has gone by', async () => {
    const { client, sent } = scriptedClient(broken);
    const clock = new ManualClock();
    const slow = { send: () => (clock.advance(10_000), client.send({ input: {} } as never)) };
    const store = new SecretsManagerStore({ client: slow, clock });

    await expect(store.describe({ secretId })).rejects.toMatchObject({
      code: 'KEYTURN_STORE_UNAVAILABLE',
    });
    expect(sent).toHaveLength(2);
  });

  it('is made again after the client has corrected its clock', async () => {
    const skewed = Object.assign(fault('InvalidSignatureException'), {
      $metadata: { clockSkewCorrected: true },
    });
    const { store } = fixture([skewed, { ARN: 'arn' }]);

    await expect(store.describe({ secretId })).resolves.toMatchObject({ arn: 'arn' });
  });

  it.each([
    ['AccessDeniedException', fault('AccessDeniedException')],
    ['an error nobody knows', new Error('?')],
  ])('is made once where %s came back', async (_, error) => {
    const { store, sent } = fixture([error]);

    await expect(store.describe({ secretId })).rejects.toThrow();
    expect(sent).toHaveLength(1);
  });

  it('stores a value again, because the same value under the same version changes nothing', async () => {
    const { store, sent } = fixture([broken, broken, {}]);
    const text = new Sensitive('{}');

    await expect(store.putPending({ secretId, versionId, text })).resolves.toBe('stored');
    expect(new Set(sent.map((input) => JSON.stringify(input))).size).toBe(1);
  });

  it('moves a label again only where nothing was done', async () => {
    const move = { secretId, label: 'AWSCURRENT', from: 'v1', to: versionId };
    const undone = fixture([throttled, Object.assign(new Error(), { code: 'ECONNREFUSED' }), {}]);
    await undone.store.moveLabel(move);
    expect(undone.sent).toHaveLength(3);

    const doubtful = fixture([broken, {}]);
    await expect(doubtful.store.moveLabel(move)).rejects.toMatchObject({
      code: 'KEYTURN_STORE_UNAVAILABLE',
    });
    expect(doubtful.sent).toHaveLength(1);
  });

  it('moves a label again where the version is not seen yet', async () => {
    const { store, sent } = fixture([lagging, {}]);

    await store.moveLabel({ secretId, label: 'AWSCURRENT', from: 'v1', to: versionId });
    expect(sent).toHaveLength(2);
  });
});

describe('a value that is said to exist', () => {
  const exists = fault('ResourceExistsException');
  const put = { secretId, versionId, text: new Sensitive('mine') };
  const held = (SecretString: string) => ({
    ARN: 'arn:orders',
    VersionId: versionId,
    SecretString,
  });

  it.each([
    ['the same value', held('mine'), 'stored'],
    ['another value', held('theirs'), 'already-has-value'],
    ['a value that is not seen yet', lagging, 'already-has-value'],
  ])('is looked at: %s', async (_, answer, expected) => {
    const { store } = fixture([exists, answer]);

    await expect(store.putPending(put)).resolves.toBe(expected);
  });
});

describe('an answer without what it must have', () => {
  it.each([
    ['ARN', (store: SecretsManagerStore) => store.describe({ secretId })],
    ['ARN', (store: SecretsManagerStore) => store.readValue({ secretId, versionId })],
    ['VersionId', (store: SecretsManagerStore) => store.readValue({ secretId, versionId })],
  ])('names %s', async (field, call) => {
    const { store } = fixture([field === 'ARN' ? {} : { ARN: 'arn:orders' }]);

    await expect(call(store)).rejects.toMatchObject({
      code: 'KEYTURN_STORE_UNAVAILABLE',
      secretId,
      message: expect.stringContaining(`without ${field}`),
    });
  });
});
