import { recordCalls } from '@keyturn/testkit/faults';
import {
  alternatingUsers,
  SecretStoreError,
  singleUser,
  type RotationStrategy,
  type VerificationCheck,
} from '../../src/index.js';
import { once } from '../support/ports.js';
import { RotationFixture, SECRET, token } from '../support/rotation-fixture.js';

const strategies: [string, () => RotationStrategy][] = [
  ['single user', () => singleUser({ changeIn: 'setSecret' })],
  ['alternating users', () => alternatingUsers()],
];

/** A fixture that has come to finishSecret, in one process; and how often its second check ran. */
async function tested(strategy: RotationStrategy, settings = {}) {
  let runs = 0;
  const check: VerificationCheck = { name: 'orders', verify: async () => void (runs += 1) };
  const fixture = new RotationFixture({ strategy, settings, checks: [check] });
  fixture.begin('second');
  await fixture.runUpTo('testSecret', 'second');
  fixture.forgetSignIns();
  runs = 0;
  return { fixture, runs: () => runs };
}

describe.each(strategies)('finishSecret with %s', (_, strategy) => {
  it('promotes by a proof of the same process, without another sign-in', async () => {
    const { fixture, runs } = await tested(strategy());
    fixture.clock.advance(60_000);
    await fixture.run('finishSecret', 'second');
    expect(fixture.signIns).toEqual([]);
    expect(runs()).toBe(0);
    expect(fixture.labels).toMatchObject({ AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
  });

  it.each<[string, (fixture: RotationFixture) => void]>([
    ['older than 60 s', (fixture) => fixture.clock.advance(60_001)],
    ['from the future, after a clock jump', (fixture) => fixture.clock.advance(-1)],
    ['of another process', (fixture) => fixture.restart()],
    [
      'made against another current version',
      (fixture) => {
        fixture.putValue('put', {}, ['AWSCURRENT']);
        fixture.begin('second');
      },
    ],
  ])('runs the whole list again instead of a proof that is %s', async (_, spoil) => {
    const { fixture, runs } = await tested(strategy());
    spoil(fixture);
    await fixture.run('finishSecret', 'second');
    expect(fixture.signIns).toHaveLength(1);
    expect(runs()).toBe(1);
    expect(fixture.labels.AWSCURRENT).toBe('second');
  });

  it('runs the whole list again where the password was changed after the proof', async () => {
    const fixture = new RotationFixture({ strategy: strategy() });
    await fixture.rotate('before');
    fixture.begin('second');
    await fixture.runUpTo('testSecret', 'second');
    // Somebody sets the old password, and setSecret is delivered again and mends that.
    const { username = '' } = fixture.value('second') ?? {};
    const old = ['before', 'first'].map((name) => fixture.value(name));
    const { password = '' } = old.find((value) => value?.['username'] === username) ?? {};
    fixture.database.changePassword(fixture.address, username, password);
    await fixture.run('setSecret', 'second');
    fixture.forgetSignIns();

    await fixture.run('finishSecret', 'second');
    expect(fixture.signIns).toEqual([`${username} accepted`]);
    expect(fixture.labels.AWSCURRENT).toBe('second');
  });

  it('does not take a proof that was under way while a password was changed', async () => {
    const fixture = new RotationFixture({ strategy: strategy() });
    await fixture.rotate('before');
    fixture.begin('second');
    await fixture.runUpTo('setSecret', 'second');
    let inTest = false;
    const engine = fixture.engine({
      async after({ method }) {
        if (!inTest || method !== 'signIn') return;
        inTest = false;
        // Another rotation sets the same user in the same process, and an operator gives way to this one again.
        fixture.store.removeLabel(SECRET, 'AWSPENDING');
        fixture.begin('other');
        await fixture.runUpTo('setSecret', 'other', engine);
        fixture.store.removeLabel(SECRET, 'AWSPENDING');
        fixture.begin('second');
      },
    });
    inTest = true;
    await fixture.run('testSecret', 'second', { engine });
    const error = await fixture.failure('finishSecret', 'second', { engine });
    expect(error.code).toBe('KEYTURN_VERIFICATION_FAILED');
    expect(fixture.labels.AWSCURRENT).toBe('before');
  });

  it('does not take a proof for a version that was superseded', async () => {
    const { fixture } = await tested(strategy());
    fixture.begin('third');
    expect((await fixture.failure('finishSecret', 'second')).code).toBe('KEYTURN_TOKEN_UNKNOWN');
    expect((await fixture.failure('finishSecret', 'third')).code).toBe('KEYTURN_NO_PENDING_VALUE');
    expect(fixture.labels.AWSCURRENT).toBe('first');
  });

  it.each(['createSecret', 'setSecret'] as const)(
    'straight after %s promotes only what passes the checks',
    async (upTo) => {
      const fixture = new RotationFixture({ strategy: strategy() });
      fixture.begin('second');
      await fixture.runUpTo(upTo, 'second');
      if (upTo === 'createSecret') {
        const error = await fixture.refusal('finishSecret', 'second');
        expect(error).toMatchObject({ code: 'KEYTURN_VERIFICATION_FAILED', retryable: true });
        expect(fixture.labels).toEqual({ AWSCURRENT: 'first', AWSPENDING: 'second' });
      } else {
        await fixture.run('finishSecret', 'second');
        expect(fixture.labels.AWSCURRENT).toBe('second');
      }
    },
  );

  it('does not promote what fails a check', async () => {
    let broken = false;
    const check: VerificationCheck = {
      name: 'orders',
      verify: async () => {
        if (broken) throw new Error('no orders');
      },
    };
    const fixture = new RotationFixture({ strategy: strategy(), checks: [check] });
    fixture.begin('second');
    await fixture.runUpTo('testSecret', 'second');
    fixture.restart();
    broken = true;
    const error = await fixture.refusal('finishSecret', 'second');
    expect(error.message).toContain('orders: no orders');
  });

  it('succeeds where the answer to the move was lost', async () => {
    const { fixture } = await tested(strategy());
    const lost = new SecretStoreError({
      code: 'KEYTURN_STORE_UNAVAILABLE',
      message: 'lost',
      retryable: true,
    });
    const engine = fixture.engine(once('after', 'moveLabel', () => Promise.reject(lost)));
    await fixture.run('finishSecret', 'second', { engine });
    expect(fixture.labels.AWSCURRENT).toBe('second');
  });

  it('makes the move again where it was not made', async () => {
    const { fixture } = await tested(strategy());
    const lost = new SecretStoreError({
      code: 'KEYTURN_STORE_UNAVAILABLE',
      message: 'lost',
      retryable: true,
    });
    const engine = fixture.engine(once('before', 'moveLabel', () => Promise.reject(lost)));
    await fixture.run('finishSecret', 'second', { engine });
    expect(fixture.labels.AWSCURRENT).toBe('second');
  });

  it('succeeds where another delivery was faster', async () => {
    const { fixture } = await tested(strategy());
    const other = once('before', 'moveLabel', () => fixture.run('finishSecret', 'second'));
    await fixture.run('finishSecret', 'second', { engine: fixture.engine(other) });
    expect(fixture.labels).toMatchObject({ AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
  });

  it('gives up where a third version became AWSCURRENT and the service took AWSPENDING off', async () => {
    const { fixture } = await tested(strategy());
    const put = once('before', 'moveLabel', () => {
      fixture.putValue('put', {}, ['AWSCURRENT']);
      fixture.store.removeLabel(SECRET, 'AWSPENDING');
    });
    const engine = fixture.engine(put);
    const error = await fixture.failure('finishSecret', 'second', { engine });
    expect(error.code).toBe('KEYTURN_TOKEN_UNKNOWN');
    expect(fixture.labels.AWSCURRENT).toBe('put');
  });

  it('fails where the label cannot be moved although nothing has changed', async () => {
    const { fixture } = await tested(strategy());
    const refused = new SecretStoreError({ code: 'KEYTURN_STORE_REFUSED', message: 'Refused.' });
    const engine = fixture.engine({
      before({ method }) {
        if (method === 'moveLabel') throw refused;
      },
    });
    expect(await fixture.refusal('finishSecret', 'second', { engine })).toBe(refused);
    expect(fixture.labels.AWSCURRENT).toBe('first');
  });
});

describe('a password changed from outside within the minute of a proof', () => {
  it('is not seen by finishSecret, and healed by the next rotation', async () => {
    const { fixture } = await tested(alternatingUsers());
    fixture.database.changePassword(fixture.address, 'sheep_clone', 'Unknown-1');
    await fixture.run('finishSecret', 'second');
    fixture.store.completeRotation(SECRET);
    expect(fixture.isAlive('second')).toBe(false);
    await fixture.rotate('third');
    expect(fixture.isAlive('third')).toBe(true);
    expect(fixture.news).toContain('rotation.healed');
  });
});

describe('replicas', () => {
  const settings = { waitForReplicas: true };

  it('are waited for where the settings say so', async () => {
    const { fixture } = await tested(singleUser({ changeIn: 'setSecret' }), settings);
    fixture.store.configure(SECRET, { replicasBehind: ['eu-west-1'] });
    let looks = 0;
    const engine = fixture.engine({
      before({ method }) {
        if (method !== 'describe') return;
        if (++looks === 4) fixture.store.configure(SECRET, { replicasBehind: [] });
      },
    });
    await fixture.run('finishSecret', 'second', { engine });
    expect(looks).toBe(4);
    expect(fixture.clock.sleeps).toHaveLength(3);
    expect(fixture.labels.AWSCURRENT).toBe('second');
  });

  it('are not waited for otherwise', async () => {
    const { fixture } = await tested(singleUser({ changeIn: 'setSecret' }));
    fixture.store.configure(SECRET, { replicasBehind: ['eu-west-1'] });
    await fixture.run('finishSecret', 'second');
    expect(fixture.clock.sleeps).toEqual([]);
  });

  it('are not waited for beyond the step’s time', async () => {
    const { fixture } = await tested(singleUser({ changeIn: 'setSecret' }), settings);
    fixture.store.configure(SECRET, { replicasBehind: ['eu-west-1'] });
    const deadline = fixture.clock.now() + 30_000;
    const error = await fixture.refusal('finishSecret', 'second', { deadline });
    expect(error).toMatchObject({ code: 'KEYTURN_OUT_OF_TIME', retryable: true });
    expect(fixture.clock.now()).toBeLessThanOrEqual(deadline);
  });

  it('are waited for while another version becomes current, which makes the proof worthless', async () => {
    const { fixture, runs } = await tested(singleUser({ changeIn: 'setSecret' }), settings);
    let looks = 0;
    const engine = fixture.engine({
      before({ method }) {
        if (method !== 'describe' || ++looks !== 3) return;
        fixture.store.configure(SECRET, { replicasBehind: [] });
        fixture.putValue('put', {}, ['AWSCURRENT']);
        fixture.begin('second');
      },
    });
    await fixture.run('testSecret', 'second', { engine });
    const before = runs();
    fixture.store.configure(SECRET, { replicasBehind: ['eu-west-1'] });
    await fixture.attempt('finishSecret', 'second', { engine });
    await fixture.run('finishSecret', 'second', { engine });
    expect(runs()).toBe(before + 1);
    expect(fixture.labels).toMatchObject({ AWSCURRENT: 'second', AWSPREVIOUS: 'put' });
  });

  it('may catch up when the version is current already', async () => {
    const { fixture } = await tested(singleUser({ changeIn: 'setSecret' }), settings);
    fixture.store.configure(SECRET, { replicasBehind: ['eu-west-1'] });
    let looks = 0;
    const engine = fixture.engine({
      async before({ method }) {
        if (method !== 'describe' || ++looks !== 2) return;
        fixture.store.configure(SECRET, { replicasBehind: [] });
        await fixture.run('finishSecret', 'second');
      },
    });
    const result = await fixture.run('finishSecret', 'second', { engine });
    expect(result.outcome).toBe('the pending version was AWSCURRENT already');
  });
});

describe('a process that serves several secrets', () => {
  it('keeps their proofs apart', async () => {
    const { fixture } = await tested(singleUser({ changeIn: 'setSecret' }));
    const value = fixture.store.text(SECRET, token('first')) ?? '';
    const pending = fixture.store.text(SECRET, token('second')) ?? '';
    fixture.store.addSecret({ secretId: 'other', current: { versionId: token('first'), value } });
    fixture.store.putVersion({
      secretId: 'other',
      versionId: token('second'),
      value: pending,
      labels: ['AWSPENDING'],
    });
    const calls = recordCalls();
    const engine = fixture.engine(calls);
    await fixture.runUpTo('testSecret', 'second', engine);
    fixture.forgetSignIns();
    await engine.run({ step: 'finishSecret', secretId: 'other', versionId: token('second') });
    expect(fixture.signIns).toHaveLength(1);
    fixture.forgetSignIns();
    await fixture.run('finishSecret', 'second', { engine });
    expect(fixture.signIns).toEqual([]);
  });
});
