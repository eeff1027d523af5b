import { createSecretCache, storeReader, type SecretReader } from '@keyturn/client';
import { SecretStoreError } from '@keyturn/core';
import { InMemorySecretStore } from '@keyturn/testkit/fakes';
import { inspect } from 'node:util';
import { VirtualClock } from '../support/virtual-clock.js';

function setUp(options: { maxAgeMs?: number } = {}) {
  const clock = new VirtualClock();
  const store = new InMemorySecretStore();
  store.addSecret({ secretId: 'api', current: { versionId: 'v1', value: '{"key":"one"}' } });
  const inner = storeReader(store);
  const state = { reads: 0, isDown: false };
  const reader: SecretReader = {
    async read(request) {
      state.reads++;
      await clock.sleep(10);
      if (state.isDown) {
        throw new SecretStoreError({ code: 'KEYTURN_STORE_UNAVAILABLE', message: 'no answer' });
      }
      return inner.read(request);
    },
  };
  const cache = createSecretCache({ reader, clock, ...options });
  const put = (versionId: string, value: string) =>
    store.putCurrent({ secretId: 'api', versionId, value });
  const key = async () => (await cache.get('api')).field('key').reveal();
  return { clock, cache, state, put, key };
}

it('reads once for all callers, and keeps the value', async () => {
  const { clock, state, key } = setUp();
  expect(await clock.run(Promise.all([key(), key(), key()]))).toEqual(['one', 'one', 'one']);
  expect(await clock.run(key())).toBe('one');
  expect(state.reads).toBe(1);
});

it('reads again behind the callers after half of the age, and first when it is over', async () => {
  const { clock, state, put, key } = setUp({ maxAgeMs: 10_000 });
  await clock.run(key());
  put('v2', '{"key":"two"}');
  await clock.pass(9_985);
  expect(await clock.run(key())).toBe('one');
  await clock.pass(10);
  expect(await clock.run(key())).toBe('two');
  expect(state.reads).toBe(2);
  put('v3', '{"key":"three"}');
  await clock.pass(20_000);
  expect(await clock.run(key())).toBe('three');
});

it('gives what is known while the secret cannot be read', async () => {
  const { clock, state, key } = setUp();
  await clock.run(key());
  state.isDown = true;
  await clock.pass(3_600_000);
  expect(await clock.run(key())).toBe('one');
});

it('reads again once for all who report a refusal, and tells where there is nothing new', async () => {
  const { clock, cache, state, put } = setUp();
  const old = await clock.run(cache.get('api'));
  expect(await clock.run(cache.refused(old))).toBeUndefined();
  expect(await clock.run(cache.refused(old))).toBeUndefined();
  expect(state.reads).toBe(2);

  put('v2', '{"key":"two"}');
  await clock.pass(1_000);
  const answers = await clock.run(Promise.all([old, old, old].map(cache.refused)));
  expect(answers.map((secret) => secret?.field('key').reveal())).toEqual(['two', 'two', 'two']);
  expect((await clock.run(cache.refused(old)))?.versionId).toBe('v2');
  expect(state.reads).toBe(3);
});

it('names what is missing and quotes nothing', async () => {
  const { clock, cache, put } = setUp();
  await expect(clock.run(cache.get('nothing'))).rejects.toMatchObject({
    code: 'KEYTURN_STORE_NOT_FOUND',
  });
  const secret = await clock.run(cache.get('api'));
  expect(() => secret.field('other')).toThrow(expect.objectContaining({ field: 'other' }));
  put('v2', 'plain-key-2');
  await clock.pass(1_000);
  const plain = await clock.run(cache.refused(secret));
  expect(() => plain?.field('key')).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('plain-key') }),
  );
  expect(inspect([secret, plain], { depth: 5 })).not.toMatch(/"one"|plain-key/);
});

it('refuses options that are not fit', () => {
  expect(() => createSecretCache({ reader: {} as SecretReader })).toThrow(
    expect.objectContaining({ field: 'reader' }),
  );
  expect(() => setUp({ maxAgeMs: -1 })).toThrow(expect.objectContaining({ field: 'maxAgeMs' }));
});
