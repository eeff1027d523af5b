import { recordCalls } from '@keyturn/testkit/faults';
import {
  alternatingUsers,
  SecretStoreError,
  singleUser,
  type RotationStrategy,
  type VerificationCheck,
} from '../../src/index.js';
import { once } from '../support/ports.js';
import { RotationBench, SECRET, token } from '../support/rotation-bench.js';

const strategies: [string, () => RotationStrategy][] = [
  ['single user', () => singleUser()],
  ['alternating users', () => alternatingUsers()],
];

/** A bench that has come to finishSecret, in one process; and how often its second check ran. */
async function tested(strategy: RotationStrategy, settings = {}) {
  let runs = 0;
  const check: VerificationCheck = { name: 'orders', verify: async () => void (runs += 1) };
  const bench = new RotationBench({ strategy, settings, checks: [check] });
  bench.begin('second');
  await bench.runUpTo('testSecret', 'second');
  bench.forgetSignIns();
  runs = 0;
  return { bench, runs: () => runs };
}

describe.each(strategies)('finishSecret with %s', (_, strategy) => {
  it('promotes by a proof of the same process, without another sign-in', async () => {
    const { bench, runs } = await tested(strategy());
    bench.clock.advance(60_000);
    await bench.run('finishSecret', 'second');
    expect(bench.signIns).toEqual([]);
    expect(runs()).toBe(0);
    expect(bench.labels).toMatchObject({ AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
  });

  it.each<[string, (bench: RotationBench) => void]>([
    ['older than 60 s', (bench) => bench.clock.advance(60_001)],
    ['from the future, after a clock jump', (bench) => bench.clock.advance(-1)],
    ['of another process', (bench) => bench.restart()],
    [
      'made against another current version',
      (bench) => {
        bench.putValue('put', {}, ['AWSCURRENT']);
        bench.begin('second');
      },
    ],
  ])('runs the whole list again instead of a proof that is %s', async (_, spoil) => {
    const { bench, runs } = await tested(strategy());
    spoil(bench);
    await bench.run('finishSecret', 'second');
    expect(bench.signIns).toHaveLength(1);
    expect(runs()).toBe(1);
    expect(bench.labels.AWSCURRENT).toBe('second');
  });

  it('runs the whole list again where the password was changed after the proof', async () => {
    const bench = new RotationBench({ strategy: strategy() });
    await bench.rotate('before');
    bench.begin('second');
    await bench.runUpTo('testSecret', 'second');
    // Somebody sets the old password, and setSecret is delivered again and mends that.
    const { username = '' } = bench.value('second') ?? {};
    const old = ['before', 'first'].map((name) => bench.value(name));
    const { password = '' } = old.find((value) => value?.['username'] === username) ?? {};
    bench.database.changePassword(bench.address, username, password);
    await bench.run('setSecret', 'second');
    bench.forgetSignIns();

    await bench.run('finishSecret', 'second');
    expect(bench.signIns).toEqual([`${username} accepted`]);
    expect(bench.labels.AWSCURRENT).toBe('second');
  });

  it('does not take a proof that was under way while a password was changed', async () => {
    const bench = new RotationBench({ strategy: strategy() });
    await bench.rotate('before');
    bench.begin('second');
    await bench.runUpTo('setSecret', 'second');
    let inTest = false;
    const engine = bench.engine({
      async after({ method }) {
        if (!inTest || method !== 'signIn') return;
        inTest = false;
        // Another rotation sets the same user in the same process, and an operator gives way to this one again.
        bench.store.removeLabel(SECRET, 'AWSPENDING');
        bench.begin('other');
        await bench.runUpTo('setSecret', 'other', engine);
        bench.store.removeLabel(SECRET, 'AWSPENDING');
        bench.begin('second');
      },
    });
    inTest = true;
    await bench.run('testSecret', 'second', { engine });
    const error = await bench.failure('finishSecret', 'second', { engine });
    expect(error.code).toBe('KEYTURN_VERIFICATION_FAILED');
    expect(bench.labels.AWSCURRENT).toBe('before');
  });

  it('does not take a proof for a version that was superseded', async () => {
    const { bench } = await tested(strategy());
    bench.begin('third');
    expect((await bench.failure('finishSecret', 'second')).code).toBe('KEYTURN_TOKEN_UNKNOWN');
    expect((await bench.failure('finishSecret', 'third')).code).toBe('KEYTURN_NO_PENDING_VALUE');
    expect(bench.labels.AWSCURRENT).toBe('first');
  });

  it.each(['createSecret', 'setSecret'] as const)(
    'straight after %s promotes only what passes the checks',
    async (upTo) => {
      const bench = new RotationBench({ strategy: strategy() });
      bench.begin('second');
      await bench.runUpTo(upTo, 'second');
      if (upTo === 'createSecret') {
        const error = await bench.refusal('finishSecret', 'second');
        expect(error).toMatchObject({ code: 'KEYTURN_VERIFICATION_FAILED', retryable: true });
        expect(bench.labels).toEqual({ AWSCURRENT: 'first', AWSPENDING: 'second' });
      } else {
        await bench.run('finishSecret', 'second');
        expect(bench.labels.AWSCURRENT).toBe('second');
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
    const bench = new RotationBench({ strategy: strategy(), checks: [check] });
    bench.begin('second');
    await bench.runUpTo('testSecret', 'second');
    bench.restart();
    broken = true;
    const error = await bench.refusal('finishSecret', 'second');
    expect(error.message).toContain('orders: no orders');
  });

  it('succeeds where the answer to the move was lost', async () => {
    const { bench } = await tested(strategy());
    const lost = new SecretStoreError({
      code: 'KEYTURN_STORE_UNAVAILABLE',
      message: 'lost',
      retryable: true,
    });
    const engine = bench.engine(once('after', 'moveLabel', () => Promise.reject(lost)));
    await bench.run('finishSecret', 'second', { engine });
    expect(bench.labels.AWSCURRENT).toBe('second');
  });

  it('makes the move again where it was not made', async () => {
    const { bench } = await tested(strategy());
    const lost = new SecretStoreError({
      code: 'KEYTURN_STORE_UNAVAILABLE',
      message: 'lost',
      retryable: true,
    });
    const engine = bench.engine(once('before', 'moveLabel', () => Promise.reject(lost)));
    await bench.run('finishSecret', 'second', { engine });
    expect(bench.labels.AWSCURRENT).toBe('second');
  });

  it('succeeds where another delivery was faster', async () => {
    const { bench } = await tested(strategy());
    const other = once('before', 'moveLabel', () => bench.run('finishSecret', 'second'));
    await bench.run('finishSecret', 'second', { engine: bench.engine(other) });
    expect(bench.labels).toMatchObject({ AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
  });

  it('gives up where a third version became AWSCURRENT and the service took AWSPENDING off', async () => {
    const { bench } = await tested(strategy());
    const put = once('before', 'moveLabel', () => {
      bench.putValue('put', {}, ['AWSCURRENT']);
      bench.store.removeLabel(SECRET, 'AWSPENDING');
    });
    const engine = bench.engine(put);
    const error = await bench.failure('finishSecret', 'second', { engine });
    expect(error.code).toBe('KEYTURN_TOKEN_UNKNOWN');
    expect(bench.labels.AWSCURRENT).toBe('put');
  });

  it('fails where the label cannot be moved although nothing has changed', async () => {
    const { bench } = await tested(strategy());
    const refused = new SecretStoreError({ code: 'KEYTURN_STORE_REFUSED', message: 'Refused.' });
    const engine = bench.engine({
      before({ method }) {
        if (method === 'moveLabel') throw refused;
      },
    });
    expect(await bench.refusal('finishSecret', 'second', { engine })).toBe(refused);
    expect(bench.labels.AWSCURRENT).toBe('first');
  });
});

describe('a password changed from outside within the minute of a proof', () => {
  it('is not seen by finishSecret, and healed by the next rotation', async () => {
    const { bench } = await tested(alternatingUsers());
    bench.database.changePassword(bench.address, 'sheep_clone', 'Unknown-1');
    await bench.run('finishSecret', 'second');
    bench.store.completeRotation(SECRET);
    expect(bench.isAlive('second')).toBe(false);
    await bench.rotate('third');
    expect(bench.isAlive('third')).toBe(true);
    expect(bench.news).toContain('rotation.healed');
  });
});

describe('replicas', () => {
  const settings = { waitForReplicas: true };

  it('are waited for where the settings say so', async () => {
    const { bench } = await tested(singleUser(), settings);
    bench.store.configure(SECRET, { replicasBehind: ['eu-west-1'] });
    let looks = 0;
    const engine = bench.engine({
      before({ method }) {
        if (method !== 'describe') return;
        if (++looks === 4) bench.store.configure(SECRET, { replicasBehind: [] });
      },
    });
    await bench.run('finishSecret', 'second', { engine });
    expect(looks).toBe(4);
    expect(bench.clock.sleeps).toHaveLength(3);
    expect(bench.labels.AWSCURRENT).toBe('second');
  });

  it('are not waited for otherwise', async () => {
    const { bench } = await tested(singleUser());
    bench.store.configure(SECRET, { replicasBehind: ['eu-west-1'] });
    await bench.run('finishSecret', 'second');
    expect(bench.clock.sleeps).toEqual([]);
  });

  it('are not waited for beyond the step’s time', async () => {
    const { bench } = await tested(singleUser(), settings);
    bench.store.configure(SECRET, { replicasBehind: ['eu-west-1'] });
    const deadline = bench.clock.now() + 30_000;
    const error = await bench.refusal('finishSecret', 'second', { deadline });
    expect(error).toMatchObject({ code: 'KEYTURN_OUT_OF_TIME', retryable: true });
    expect(bench.clock.now()).toBeLessThanOrEqual(deadline);
  });

  it('are waited for while another version becomes current, which makes the proof worthless', async () => {
    const { bench, runs } = await tested(singleUser(), settings);
    let looks = 0;
    const engine = bench.engine({
      before({ method }) {
        if (method !== 'describe' || ++looks !== 3) return;
        bench.store.configure(SECRET, { replicasBehind: [] });
        bench.putValue('put', {}, ['AWSCURRENT']);
        bench.begin('second');
      },
    });
    await bench.run('testSecret', 'second', { engine });
    const before = runs();
    bench.store.configure(SECRET, { replicasBehind: ['eu-west-1'] });
    await bench.attempt('finishSecret', 'second', { engine });
    await bench.run('finishSecret', 'second', { engine });
    expect(runs()).toBe(before + 1);
    expect(bench.labels).toMatchObject({ AWSCURRENT: 'second', AWSPREVIOUS: 'put' });
  });

  it('may catch up when the version is current already', async () => {
    const { bench } = await tested(singleUser(), settings);
    bench.store.configure(SECRET, { replicasBehind: ['eu-west-1'] });
    let looks = 0;
    const engine = bench.engine({
      async before({ method }) {
        if (method !== 'describe' || ++looks !== 2) return;
        bench.store.configure(SECRET, { replicasBehind: [] });
        await bench.run('finishSecret', 'second');
      },
    });
    const result = await bench.run('finishSecret', 'second', { engine });
    expect(result.outcome).toBe('the version was current already');
  });
});

describe('a process that serves several secrets', () => {
  it('keeps their proofs apart', async () => {
    const { bench } = await tested(singleUser());
    const value = bench.store.text(SECRET, token('first')) ?? '';
    const pending = bench.store.text(SECRET, token('second')) ?? '';
    bench.store.addSecret({ secretId: 'other', current: { versionId: token('first'), value } });
    bench.store.putVersion({
      secretId: 'other',
      versionId: token('second'),
      value: pending,
      labels: ['AWSPENDING'],
    });
    const calls = recordCalls();
    const engine = bench.engine(calls);
    await bench.runUpTo('testSecret', 'second', engine);
    bench.forgetSignIns();
    await engine.run({ step: 'finishSecret', secretId: 'other', versionId: token('second') });
    expect(bench.signIns).toHaveLength(1);
    bench.forgetSignIns();
    await bench.run('finishSecret', 'second', { engine });
    expect(bench.signIns).toEqual([]);
  });
});
