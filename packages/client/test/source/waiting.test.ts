import { createCredentialSource, storeReader, type SecretReader } from '@keyturn/client';
import { SecretStoreError } from '@keyturn/core';
import { InMemorySecretStore } from '@keyturn/testkit/fakes';
import { FakeServer } from '../support/fake-server.js';
import { RotatingSecret, value } from '../support/rotating-secret.js';
import { VirtualClock } from '../support/virtual-clock.js';

function setUp(options: Partial<Parameters<typeof createCredentialSource>[0]> = {}) {
  const clock = new VirtualClock();
  const server = new FakeServer(clock);
  const secret = new RotatingSecret(clock, server, 'alternating-users');
  const reader = secret.reader();
  const reads: number[] = [];
  const counted: SecretReader = {
    ...reader,
    read: (request) => {
      reads.push(clock.now());
      return reader.read(request);
    },
  };
  const source = createCredentialSource({
    secretId: secret.secretId,
    reader: counted,
    clock,
    ...options,
  });
  return { clock, server, secret, source, reads, signIn: () => source.signIn(server.signIn) };
}

const outage = (retryable = true) =>
  new SecretStoreError({ code: 'KEYTURN_STORE_UNAVAILABLE', message: 'no answer', retryable });

describe('refreshing', () => {
  it('happens behind the callers once half of the age is over, and not before', async () => {
    const { clock, reads, signIn } = setUp({ maxAgeMs: 10_000 });
    await clock.run(signIn());
    await clock.pass(4_900);
    await clock.run(signIn());
    expect(reads).toHaveLength(1);
    await clock.pass(5_000);
    const before = clock.now();
    await clock.run(signIn());
    expect(clock.now() - before).toBe(10);
    expect(reads).toHaveLength(2);
  });

  it('comes before the sign-in where the credential has become too old', async () => {
    const { clock, server, secret, signIn } = setUp({ maxAgeMs: 10_000 });
    await clock.run(signIn());
    await clock.run(secret.rotate());
    await clock.run(secret.rotate());
    await clock.pass(10_000);
    await clock.run(signIn());
    expect(server.refusals).toEqual([]);
  });

  it('comes ahead of NextRotationDate', async () => {
    const { clock, secret, reads, signIn } = setUp({ maxAgeMs: 3_600_000, rotationLeadMs: 60_000 });
    secret.store.configure('orders', { nextRotationAt: clock.now() + 600_000 });
    await clock.run(signIn());
    await clock.pass(539_000);
    await clock.run(signIn());
    expect(reads).toHaveLength(1);
    await clock.pass(60_000);
    await clock.run(signIn());
    await clock.pass(1);
    expect(reads).toHaveLength(2);
    expect(reads[1]).toBeLessThanOrEqual((reads[0] ?? 0) + 600_000);
  });

  it('is spread over a fleet that was started together', async () => {
    const clock = new VirtualClock();
    const store = new InMemorySecretStore();
    store.addSecret({ secretId: 'orders', current: { versionId: 'v1', value: value('app', 1) } });
    const { read } = storeReader(store);
    const reads: number[] = [];
    const start = clock.now();
    const counted: SecretReader = {
      read: (request) => {
        reads.push(clock.now() - start);
        return read(request);
      },
    };
    const live = async () => {
      const source = createCredentialSource({ secretId: 'orders', reader: counted, clock });
      for (let second = 0; second < 301; second++) {
        await source.credential();
        await clock.sleep(1_000);
      }
    };
    await clock.run(Promise.all(Array.from({ length: 50 }, live)));
    const refreshes = reads.filter((at) => at > 0);
    expect(refreshes).toHaveLength(50);
    expect(new Set(refreshes).size).toBeGreaterThan(25);
    expect(Math.min(...refreshes)).toBeGreaterThanOrEqual(150_000);
    expect(Math.max(...refreshes)).toBeLessThanOrEqual(300_000);
  });

  it('reads again where the clock was set back', async () => {
    const { clock, reads, signIn } = setUp();
    await clock.run(signIn());
    clock.jump(-3_600_000);
    await clock.run(signIn());
    expect(reads).toHaveLength(2);
  });

  it('goes on with what is known while Secrets Manager does not answer', async () => {
    let isDown = false;
    const store = new InMemorySecretStore();
    store.addSecret({ secretId: 'orders', current: { versionId: 'v1', value: value('app', 1) } });
    const reader = storeReader(store);
    const failing: SecretReader = {
      read: (request) => (isDown ? Promise.reject(outage()) : reader.read(request)),
    };
    const { clock, source, signIn } = setUp({ reader: failing });
    await clock.run(signIn());
    isDown = true;
    for (let hour = 0; hour < 5; hour++) {
      await clock.pass(3_600_000);
      expect(await clock.run(signIn())).toBe('app');
    }
    expect(source.counters().refreshFailures).toBeGreaterThanOrEqual(5);
  });

  it('never waits for a reader that does not come back', async () => {
    let isHanging = false;
    const store = new InMemorySecretStore();
    store.addSecret({ secretId: 'orders', current: { versionId: 'v1', value: value('app', 1) } });
    const { read } = storeReader(store);
    const hanging: SecretReader = {
      read: (request) => (isHanging ? new Promise(() => {}) : read(request)),
    };
    const { clock, signIn } = setUp({ reader: hanging });
    await clock.run(signIn());
    isHanging = true;
    await clock.pass(3_600_000);
    expect(await clock.run(signIn())).toBe('app');
  });
});

describe('a caller', () => {
  it('is told within its deadline that there is no credential', async () => {
    const { clock, signIn, source } = setUp({
      reader: { read: () => new Promise(() => {}) },
      deadlineMs: 2_000,
    });
    const before = clock.now();
    await expect(clock.run(signIn())).rejects.toMatchObject({ code: 'KEYTURN_CREDENTIAL_TIMEOUT' });
    expect(clock.now() - before).toBe(2_000);
    expect(source.counters().timeouts).toBe(1);
  });

  it('is told what keeps the secret from being read, at once where waiting would not help', async () => {
    const denied = new SecretStoreError({
      code: 'KEYTURN_STORE_ACCESS_DENIED',
      message: 'no right',
    });
    const { clock, signIn } = setUp({ reader: { read: () => Promise.reject(denied) } });
    const before = clock.now();
    await expect(clock.run(signIn())).rejects.toMatchObject({
      code: 'KEYTURN_STORE_ACCESS_DENIED',
    });
    expect(clock.now()).toBe(before);
  });

  it('does not wait behind sign-ins that never end', async () => {
    const { clock, source, signIn } = setUp({ deadlineMs: 1_000 });
    await clock.run(signIn());
    const hanging = [0, 1].map(() => source.signIn(() => new Promise(() => {})));
    hanging.forEach((work) => void work.catch(() => {}));
    await clock.pass(1_001);
    expect(await clock.run(signIn())).toBe('app');
  });

  it('may let the next one go as soon as the server has accepted', async () => {
    const { clock, server, source, signIn } = setUp();
    await clock.run(signIn());
    let most = 0;
    let under = 0;
    const slow = () =>
      source.signIn(async (credential, grant) => {
        await server.signIn(credential);
        grant.accepted();
        most = Math.max(most, ++under);
        await clock.sleep(1_000);
        under--;
      });
    await clock.run(Promise.all(Array.from({ length: 10 }, slow)));
    expect(most).toBe(10);
    expect(server.mostAtOnce).toBe(2);
  });

  it('gets errors that say nothing about the credential as they are', async () => {
    const { clock, server, signIn } = setUp();
    const failure = Object.assign(new Error('database "nowhere" does not exist'), {
      code: '3D000',
    });
    server.failure = failure;
    await expect(clock.run(signIn())).rejects.toBe(failure);
  });

  it('waits for a busy server within its deadline, without a new read', async () => {
    const { clock, server, reads, signIn } = setUp();
    await clock.run(signIn());
    server.failure = Object.assign(new Error('the database system is starting up'), {
      code: '57P03',
    });
    clock.after(3_000, () => (server.failure = undefined));
    expect(await clock.run(signIn())).toBe('app');
    expect(reads).toHaveLength(1);

    server.failure = Object.assign(new Error('too many clients'), { code: '53300' });
    await expect(clock.run(signIn())).rejects.toMatchObject({ code: '53300' });
  });
});

describe('options', () => {
  it.each([
    ['secretId', { secretId: '' }],
    ['reader', { reader: {} as SecretReader }],
    ['rotation', { rotation: 'both' as 'single-user' }],
    ['signInsAtOnce', { signInsAtOnce: 3 }],
    ['refusalBudget.capacity', { refusalBudget: { capacity: 5 } }],
    ['maxAgeMs', { maxAgeMs: 0 }],
    ['deadlineMs', { deadlineMs: Number.NaN }],
    ['gapMs', { gapMs: -1 }],
    ['circuit.longestMs', { circuit: { baseMs: 2_000, longestMs: 1_000 } }],
  ])('refuses %s that is not fit', (field, options) => {
    expect(() => setUp(options)).toThrow(
      expect.objectContaining({ code: 'KEYTURN_INVALID_SETTING', field }),
    );
  });
});
