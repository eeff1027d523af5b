import { recordCalls } from '@keyturn/testkit/faults';
import {
  alternatingUsers,
  ROTATION_STEPS,
  singleUser,
  type RotationStep,
  type SecretDescription,
} from '../../src/index.js';
import { override } from '../support/ports.js';
import { RotationBench, SECRET, token } from '../support/rotation-bench.js';

const LATER_STEPS = ROTATION_STEPS.slice(1);

/** A bench whose version `second` is pending, with a value that is set in the database. */
async function underWay(
  strategy: 'single' | 'alternating' = 'single',
  upTo: RotationStep = 'testSecret',
) {
  const bench = new RotationBench({
    strategy: strategy === 'single' ? singleUser() : alternatingUsers(),
  });
  bench.begin('second');
  await bench.runUpTo(upTo, 'second');
  bench.restart();
  bench.forgetSignIns();
  return bench;
}

/** Runs a step that must be refused before anybody signs in and before anything is written. */
async function refusal(bench: RotationBench, step: RotationStep, name = 'second') {
  const error = await bench.refusal(step, name);
  expect(bench.signIns).toEqual([]);
  return error;
}

describe.each(ROTATION_STEPS)('%s is refused before any sign-in', (step) => {
  it('where rotation is turned off', async () => {
    const bench = await underWay();
    bench.store.configure(SECRET, { rotationEnabled: false });
    expect((await refusal(bench, step)).code).toBe('KEYTURN_ROTATION_DISABLED');
  });

  it('where a service manages the secret', async () => {
    const bench = await underWay();
    bench.store.configure(SECRET, { owningService: 'redshift' });
    expect((await refusal(bench, step)).code).toBe('KEYTURN_MANAGED_SECRET');
  });

  it('for a token that is no version', async () => {
    const bench = await underWay();
    expect((await refusal(bench, step, 'third')).code).toBe('KEYTURN_TOKEN_UNKNOWN');
  });

  it('for a version whose AWSPENDING was taken away', async () => {
    const bench = await underWay();
    bench.begin('third');
    expect((await refusal(bench, step)).code).toBe('KEYTURN_TOKEN_UNKNOWN');
    bench.store.putVersion({
      secretId: SECRET,
      versionId: token('old'),
      value: '{}',
      labels: ['x'],
    });
    expect((await refusal(bench, step, 'old')).code).toBe('KEYTURN_TOKEN_NOT_PENDING');
  });

  it('for a previous version', async () => {
    const bench = await underWay();
    await bench.run('finishSecret', 'second');
    bench.forgetSignIns();
    expect((await refusal(bench, step, 'first')).code).toBe('KEYTURN_TOKEN_NOT_PENDING');
  });

  it('where nothing is current', async () => {
    const bench = await underWay();
    bench.store.removeLabel(SECRET, 'AWSCURRENT');
    expect((await refusal(bench, step)).code).toBe('KEYTURN_NO_CURRENT_VALUE');
  });

  it('where the current value is binary', async () => {
    const bench = await underWay();
    bench.store.putVersion({
      secretId: SECRET,
      versionId: token('binary'),
      value: { kind: 'binary' },
      labels: ['AWSCURRENT'],
    });
    bench.begin('second');
    expect(await refusal(bench, step)).toMatchObject({
      code: 'KEYTURN_INVALID_SECRET',
      field: 'SecretBinary',
    });
  });

  it('where the current value is unfit', async () => {
    const bench = await underWay();
    bench.putValue('unfit', { engine: 'postgres' }, ['AWSCURRENT']);
    bench.begin('second');
    expect(await refusal(bench, step)).toMatchObject({
      code: 'KEYTURN_INVALID_SECRET',
      field: 'engine',
    });
  });

  it.each([
    ['host', { host: 'other.example' }, 'KEYTURN_TARGET_MISMATCH'],
    ['port', { port: 5440 }, 'KEYTURN_TARGET_MISMATCH'],
    ['dbname', { dbname: 'dev' }, 'KEYTURN_TARGET_MISMATCH'],
    ['username', { username: 'shepherd' }, 'KEYTURN_USER_MISMATCH'],
    ['password', { password: '' }, 'KEYTURN_INVALID_SECRET'],
    ['engine', { engine: 'mysql' }, 'KEYTURN_INVALID_SECRET'],
  ])('for a pending value staged with another %s', async (field, change, code) => {
    const bench = await underWay();
    bench.putValue('staged', change, ['AWSPENDING']);
    const error = await refusal(bench, step, 'staged');
    expect(error).toMatchObject({ code, field, retryable: false });
    expect(error.remedy).toContain('UpdateSecretVersionStage');
  });
});

describe('a step is admitted', () => {
  it.each([true, undefined])('where rotationEnabled is %p', async (rotationEnabled) => {
    const bench = await underWay();
    if (rotationEnabled !== undefined) bench.store.configure(SECRET, { rotationEnabled });
    await bench.run('testSecret', 'second');
  });

  it.each([1, 2, 3])('when read %i shows the label, and at no later one', async (shownAt) => {
    const bench = await underWay();
    const calls = recordCalls();
    let reads = 0;
    const describe = async (request: { readonly secretId: string }): Promise<SecretDescription> => {
      const described = await bench.store.describe(request);
      reads += 1;
      return reads < shownAt ? { ...described, labels: new Map() } : described;
    };
    const engine = bench.engineWith({ store: override(bench.store, { describe }) }, calls);
    await bench.run('testSecret', 'second', { engine });
    expect(reads).toBe(shownAt);
    expect(bench.clock.sleeps).toHaveLength(shownAt - 1);
  });

  it.each([0, 0.5, 0.999_999])(
    'or refused within 3 reads and 2 s, with jitter %p',
    async (random) => {
      const bench = await underWay();
      const calls = recordCalls();
      const slept: number[] = [];
      const clock = override(bench.clock, {
        random: () => random,
        sleep: async (ms: number) => void slept.push(ms),
      });
      for (const step of ROTATION_STEPS) {
        slept.length = 0;
        const engine = bench.engineWith({ clock }, calls);
        await bench.failure(step, 'unknown', { engine });
        expect(slept).toHaveLength(2);
        expect((slept[0] ?? 0) + (slept[1] ?? 0)).toBeLessThan(2_000);
      }
      const describes = calls.calls.filter(({ method }) => method === 'describe');
      expect(describes).toHaveLength(3 * ROTATION_STEPS.length);
    },
  );

  it('although the values were read before AWSCURRENT moved, by reading again', async () => {
    const bench = await underWay();
    let stale = true;
    const first = await bench.store.readValue({ secretId: SECRET, label: 'AWSCURRENT' });
    bench.store.putVersion({
      secretId: SECRET,
      versionId: token('put'),
      value: bench.store.text(SECRET, token('second')) ?? '',
      labels: ['AWSCURRENT'],
    });
    bench.begin('second');
    const store = override(bench.store, {
      readValue: async (request) => {
        if (!('label' in request) || !stale) return bench.store.readValue(request);
        stale = false;
        return first;
      },
    });
    await bench.run('testSecret', 'second', { engine: bench.engineWith({ store }) });
    expect(bench.clock.sleeps).toHaveLength(1);
  });

  it('never while AWSCURRENT and its value do not belong together', async () => {
    const bench = await underWay();
    const first = await bench.store.readValue({ secretId: SECRET, versionId: token('second') });
    const store = override(bench.store, { readValue: async () => first });
    const engine = bench.engineWith({ store });
    expect(await bench.failure('testSecret', 'second', { engine })).toMatchObject({
      code: 'KEYTURN_LABELS_IN_MOTION',
      retryable: true,
    });
    expect(bench.signIns).toEqual([]);
  });
});

describe('a pending version without a value', () => {
  it.each(LATER_STEPS)('is refused by %s, retryable', async (step) => {
    const bench = await underWay();
    bench.begin('third');
    expect(await refusal(bench, step, 'third')).toMatchObject({
      code: 'KEYTURN_NO_PENDING_VALUE',
      retryable: true,
    });
  });
});

describe('a pending value that equals the current one', () => {
  const staged = async (strategy: 'single' | 'alternating' = 'alternating') => {
    const bench = await underWay(strategy, 'createSecret');
    bench.putValue('same', {}, ['AWSPENDING']);
    return bench;
  };

  it.each(['single', 'alternating'] as const)(
    'is signed in with and checked by testSecret: %s',
    async (strategy) => {
      const bench = await staged(strategy);
      const world = bench.world();
      await bench.run('testSecret', 'same');
      expect(bench.signIns).toEqual(['sheep accepted']);
      expect(bench.news).toEqual(['testRotation.succeeded']);
      expect(bench.world()).toEqual(world);
    },
  );

  it.each(['createSecret', 'setSecret', 'finishSecret'] as const)(
    'is refused by %s for alternating users',
    async (step) => {
      const bench = await staged();
      expect((await refusal(bench, step, 'same')).code).toBe('KEYTURN_USER_MISMATCH');
    },
  );

  it('is no proof for finishSecret, in the same process', async () => {
    const bench = await staged();
    await bench.run('testSecret', 'same');
    expect((await bench.failure('finishSecret', 'same')).code).toBe('KEYTURN_USER_MISMATCH');
    expect(bench.labels.AWSCURRENT).toBe('first');
  });
});

describe('a failed read', () => {
  it('of a value does not hide why the step is refused', async () => {
    const bench = await underWay();
    const readValue = () => Promise.reject(new Error('no value'));
    const engine = bench.engineWith({ store: override(bench.store, { readValue }) });
    const error = await bench.failure('setSecret', 'unknown', { engine });
    expect(error.code).toBe('KEYTURN_TOKEN_UNKNOWN');
    expect(await bench.failure('setSecret', 'second', { engine })).toMatchObject({
      code: 'KEYTURN_UNEXPECTED',
      cause: { message: 'no value' },
    });
  });
});
