import { describeSecretStoreContract } from '../../src/contracts/index.js';
import { InMemorySecretStore } from '../../src/fakes/index.js';

describeSecretStoreContract({
  name: 'InMemorySecretStore',
  runner: { describe, it, beforeEach, afterEach },
  supports: { owningService: true, tags: true },
  async create() {
    const store = new InMemorySecretStore();
    let secrets = 0;
    return {
      store,
      async makeSecret({ current, ...facts }) {
        const secretId = `secret-${(secrets += 1)}`;
        const versionId = `first-version-of-${secretId}`;
        const value = typeof current === 'object' ? ({ kind: 'binary' } as const) : current;
        const arn = store.addSecret({
          secretId,
          ...facts,
          ...(value !== undefined && { current: { versionId, value } }),
        });
        return { secretId, arn, ...(value !== undefined && { current: versionId }) };
      },
      stagePending: async (secretId, versionId) => store.stagePending({ secretId, versionId }),
      putCurrent: async (secretId, versionId, value) =>
        store.putCurrent({ secretId, versionId, value }),
      dispose: async () => undefined,
    };
  },
});

describe('an in-memory secret store', () => {
  const secretId = 'orders';
  const create = () => {
    const store = new InMemorySecretStore();
    store.addSecret({ secretId, current: { versionId: 'v1', value: 'one' } });
    return store;
  };

  it('takes AWSPENDING off once the rotation is complete, and not before', () => {
    const store = create();
    store.stagePending({ secretId, versionId: 'v2' });
    store.completeRotation(secretId);
    expect(store.labels(secretId)).toEqual({ v1: ['AWSCURRENT'], v2: ['AWSPENDING'] });

    store.putVersion({ secretId, versionId: 'v2', value: 'two', labels: ['AWSCURRENT'] });
    store.completeRotation(secretId);
    expect(store.labels(secretId)).toEqual({ v1: ['AWSPREVIOUS'], v2: ['AWSCURRENT'] });
  });

  it('strips AWSPENDING from a current version that is replaced', () => {
    const store = create();
    store.putVersion({ secretId, versionId: 'v2', value: 'two', labels: ['AWSPENDING'] });
    store.putVersion({ secretId, versionId: 'v3', value: 'three', labels: ['AWSPENDING'] });
    store.putVersion({ secretId, versionId: 'v4', value: 'four', labels: ['AWSCURRENT'] });
    expect(store.labels(secretId)).toEqual({
      v1: ['AWSPREVIOUS'],
      v3: ['AWSPENDING'],
      v4: ['AWSCURRENT'],
    });

    store.stagePending({ secretId, versionId: 'v4' });
    store.putVersion({ secretId, versionId: 'v5', value: 'five', labels: ['AWSCURRENT'] });
    expect(store.labels(secretId)).toEqual({ v4: ['AWSPREVIOUS'], v5: ['AWSCURRENT'] });
  });

  it('never changes a value', () => {
    const store = create();

    expect(() => store.putVersion({ secretId, versionId: 'v1', value: 'other' })).toThrow(
      TypeError,
    );
    expect(store.text(secretId, 'v1')).toBe('one');
  });

  it('goes back to a snapshot, which is plain data', () => {
    const store = create();
    const before = structuredClone(store.snapshot());
    store.putCurrent({ secretId, versionId: 'v2', value: 'two' });
    store.configure(secretId, { rotationEnabled: false });
    const after = store.snapshot();

    store.restore(before);
    expect(store.labels(secretId)).toEqual({ v1: ['AWSCURRENT'] });
    expect(store.text(secretId, 'v2')).toBeUndefined();
    store.restore(after);
    expect(store.text(secretId, 'v2')).toBe('two');
  });

  it('is the same as text after the same labels came about in another order', () => {
    const [one, other] = [create(), create()];
    for (const [store, labels] of [
      [one, ['GREEN', 'BLUE']],
      [other, ['BLUE', 'GREEN']],
    ] as const) {
      store.putVersion({ secretId, versionId: 'v2', value: 'two', labels });
    }

    expect(JSON.stringify(one.snapshot())).toBe(JSON.stringify(other.snapshot()));
  });
});
