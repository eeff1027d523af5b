import { recordCalls } from '@keyturn/testkit/faults';
import {
  alternatingUsers,
  ROTATION_STEPS,
  singleUser,
  type RotationStep,
} from '../../src/index.js';
import type { SecretDescription } from '../../src/adapter/index.js';
import { override } from '../support/ports.js';
import { RotationFixture, SECRET, token } from '../support/rotation-fixture.js';

const LATER_STEPS = ROTATION_STEPS.slice(1);

/** A fixture whose version `second` is pending, with a value that is set in the database. */
async function underWay(
  strategy: 'single' | 'alternating' = 'single',
  upTo: RotationStep = 'testSecret',
) {
  const fixture = new RotationFixture({
    strategy: strategy === 'single' ? singleUser({ changeIn: 'setSecret' }) : alternatingUsers(),
  });
  fixture.begin('second');
  await fixture.runUpTo(upTo, 'second');
  fixture.restart();
  fixture.forgetSignIns();
  return fixture;
}

/** Runs a step that must be refused before anybody signs in and before anything is written. */
async function refusal(fixture: RotationFixture, step: RotationStep, name = 'second') {
  const error = await fixture.refusal(step, name);
  expect(fixture.signIns).toEqual([]);
  return error;
}

describe.each(ROTATION_STEPS)('%s is refused before any sign-in', (step) => {
  it('where rotation is turned off', async () => {
    const fixture = await underWay();
    fixture.store.configure(SECRET, { rotationEnabled: false });
    expect((await refusal(fixture, step)).code).toBe('KEYTURN_ROTATION_DISABLED');
  });

  it('where a service manages the secret', async () => {
    const fixture = await underWay();
    fixture.store.configure(SECRET, { owningService: 'redshift' });
    expect((await refusal(fixture, step)).code).toBe('KEYTURN_MANAGED_SECRET');
  });

  it('for a token that is no version', async () => {
    const fixture = await underWay();
    expect((await refusal(fixture, step, 'third')).code).toBe('KEYTURN_TOKEN_UNKNOWN');
  });

  it('for a version whose AWSPENDING was taken away', async () => {
    const fixture = await underWay();
    fixture.begin('third');
    expect((await refusal(fixture, step)).code).toBe('KEYTURN_TOKEN_UNKNOWN');
    fixture.store.putVersion({
      secretId: SECRET,
      versionId: token('old'),
      value: '{}',
      labels: ['x'],
    });
    expect((await refusal(fixture, step, 'old')).code).toBe('KEYTURN_TOKEN_NOT_PENDING');
  });

  it('for a previous version', async () => {
    const fixture = await underWay();
    await fixture.run('finishSecret', 'second');
    fixture.forgetSignIns();
    expect((await refusal(fixture, step, 'first')).code).toBe('KEYTURN_TOKEN_NOT_PENDING');
  });

  it('where nothing is current', async () => {
    const fixture = await underWay();
    fixture.store.removeLabel(SECRET, 'AWSCURRENT');
    expect((await refusal(fixture, step)).code).toBe('KEYTURN_NO_CURRENT_VALUE');
  });

  it('where the current value is binary', async () => {
    const fixture = await underWay();
    fixture.store.putVersion({
      secretId: SECRET,
      versionId: token('binary'),
      value: { kind: 'binary' },
      labels: ['AWSCURRENT'],
    });
    fixture.begin('second');
    expect(await refusal(fixture, step)).toMatchObject({
      code: 'KEYTURN_INVALID_SECRET',
      field: 'SecretBinary',
    });
  });

  it('where the current value is unfit', async () => {
    const fixture = await underWay();
    fixture.putValue('unfit', { engine: 'postgres' }, ['AWSCURRENT']);
    fixture.begin('second');
    expect(await refusal(fixture, step)).toMatchObject({
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
    const fixture = await underWay();
    fixture.putValue('staged', change, ['AWSPENDING']);
    const error = await refusal(fixture, step, 'staged');
    expect(error).toMatchObject({ code, field, retryable: false });
    expect(error.remedy).toContain('UpdateSecretVersionStage');
  });
});

describe('a step is admitted', () => {
  it.each([true, undefined])('where rotationEnabled is %p', async (rotationEnabled) => {
    const fixture = await underWay();
    if (rotationEnabled !== undefined) fixture.store.configure(SECRET, { rotationEnabled });
    await fixture.run('testSecret', 'second');
  });

  it.each([1, 2, 3])('when read %i shows the label, and at no later one', async (shownAt) => {
    const fixture = await underWay();
    const calls = recordCalls();
    let reads = 0;
    const describe = async (request: { readonly secretId: string }): Promise<SecretDescription> => {
      const described = await fixture.store.describe(request);
      reads += 1;
      return reads < shownAt ? { ...described, labels: new Map() } : described;
    };
    const engine = fixture.engineWith({ store: override(fixture.store, { describe }) }, calls);
    await fixture.run('testSecret', 'second', { engine });
    expect(reads).toBe(shownAt);
    expect(fixture.clock.sleeps).toHaveLength(shownAt - 1);
  });

  it.each([0, 0.5, 0.999_999])(
    'or refused within 3 reads and 2 s, with jitter %p',
    async (random) => {
      const fixture = await underWay();
      const calls = recordCalls();
      const slept: number[] = [];
      const clock = override(fixture.clock, {
        random: () => random,
        sleep: async (ms: number) => void slept.push(ms),
      });
      for (const step of ROTATION_STEPS) {
        slept.length = 0;
        const engine = fixture.engineWith({ clock }, calls);
        await fixture.failure(step, 'unknown', { engine });
        expect(slept).toHaveLength(2);
        expect((slept[0] ?? 0) + (slept[1] ?? 0)).toBeLessThan(2_000);
      }
      const describes = calls.calls.filter(({ method }) => method === 'describe');
      expect(describes).toHaveLength(3 * ROTATION_STEPS.length);
    },
  );

  it('although the values were read before AWSCURRENT moved, by reading again', async () => {
    const fixture = await underWay();
    let stale = true;
    const first = await fixture.store.readValue({ secretId: SECRET, label: 'AWSCURRENT' });
    fixture.store.putVersion({
      secretId: SECRET,
      versionId: token('put'),
      value: fixture.store.text(SECRET, token('second')) ?? '',
      labels: ['AWSCURRENT'],
    });
    fixture.begin('second');
    const store = override(fixture.store, {
      readValue: async (request) => {
        if (!('label' in request) || !stale) return fixture.store.readValue(request);
        stale = false;
        return first;
      },
    });
    await fixture.run('testSecret', 'second', { engine: fixture.engineWith({ store }) });
    expect(fixture.clock.sleeps).toHaveLength(1);
  });

  it('never while AWSCURRENT and its value do not belong together', async () => {
    const fixture = await underWay();
    const first = await fixture.store.readValue({ secretId: SECRET, versionId: token('second') });
    const store = override(fixture.store, { readValue: async () => first });
    const engine = fixture.engineWith({ store });
    expect(await fixture.failure('testSecret', 'second', { engine })).toMatchObject({
      code: 'KEYTURN_LABELS_IN_MOTION',
      retryable: true,
    });
    expect(fixture.signIns).toEqual([]);
  });
});

describe('a pending version without a value', () => {
  it.each(LATER_STEPS)('is refused by %s, retryable', async (step) => {
    const fixture = await underWay();
    fixture.begin('third');
    expect(await refusal(fixture, step, 'third')).toMatchObject({
      code: 'KEYTURN_NO_PENDING_VALUE',
      retryable: true,
    });
  });
});

describe('a pending value that equals the current one', () => {
  const staged = async (strategy: 'single' | 'alternating' = 'alternating') => {
    const fixture = await underWay(strategy, 'createSecret');
    fixture.putValue('same', {}, ['AWSPENDING']);
    return fixture;
  };

  it.each(['single', 'alternating'] as const)(
    'is signed in with and checked by testSecret: %s',
    async (strategy) => {
      const fixture = await staged(strategy);
      const world = fixture.world();
      await fixture.run('testSecret', 'same');
      expect(fixture.signIns).toEqual(['sheep accepted']);
      expect(fixture.news).toEqual(['testRotation.succeeded']);
      expect(fixture.world()).toEqual(world);
    },
  );

  it.each(['createSecret', 'setSecret', 'finishSecret'] as const)(
    'is refused by %s for alternating users',
    async (step) => {
      const fixture = await staged();
      expect((await refusal(fixture, step, 'same')).code).toBe('KEYTURN_USER_MISMATCH');
    },
  );

  it('is no proof for finishSecret, in the same process', async () => {
    const fixture = await staged();
    await fixture.run('testSecret', 'same');
    expect((await fixture.failure('finishSecret', 'same')).code).toBe('KEYTURN_USER_MISMATCH');
    expect(fixture.labels.AWSCURRENT).toBe('first');
  });
});

describe('a failed read', () => {
  it('of a value does not hide why the step is refused', async () => {
    const fixture = await underWay();
    const readValue = () => Promise.reject(new Error('no value'));
    const engine = fixture.engineWith({ store: override(fixture.store, { readValue }) });
    const error = await fixture.failure('setSecret', 'unknown', { engine });
    expect(error.code).toBe('KEYTURN_TOKEN_UNKNOWN');
    expect(await fixture.failure('setSecret', 'second', { engine })).toMatchObject({
      code: 'KEYTURN_UNEXPECTED',
      cause: { message: 'no value' },
    });
  });
});
