import { createSecretCache, type SecretReader } from '@keyturn/client';
import { Sensitive } from '@keyturn/core';

/** A reader of any secret, and how often each was read. */
function setUp() {
  const reads = new Map<string, number>();
  const reader: SecretReader = {
    read({ secretId }) {
      reads.set(secretId, (reads.get(secretId) ?? 0) + 1);
      return Promise.resolve({ versionId: 'v1', text: new Sensitive(secretId) });
    },
  };
  const cache = createSecretCache({ reader });
  const ask = async (prefix: string, count: number) => {
    for (let each = 0; each < count; each++) await cache.get(`${prefix}${each}`);
  };
  return { reads, cache, ask };
}

describe('13: What a cache keeps of secrets has a limit', () => {
  it('keeps 1,000 secrets, and forgets the one that was asked for longest ago', async () => {
    const { reads, cache, ask } = setUp();
    await cache.get('first');
    await ask('some', 999);
    await cache.get('first');
    expect(reads.get('first')).toBe(1);
    // It was used last, so that another one goes.
    await ask('more', 999);
    await cache.get('first');
    expect(reads.get('first')).toBe(1);
    await ask('other', 1_000);
    await cache.get('first');
    expect(reads.get('first')).toBe(2);
    countTrials(3);
  });

  it('answers a refusal of a value that it has forgotten with a new reading', async () => {
    const { reads, cache, ask } = setUp();
    const first = await cache.get('first');
    await ask('other', 1_000);
    expect(await cache.refused(first)).toBeUndefined();
    expect(reads.get('first')).toBe(2);
    expect((await cache.get('first')).text.reveal()).toBe('first');
  });
});
