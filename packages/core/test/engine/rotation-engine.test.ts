import { alternatingUsers, ROTATION_STEPS, singleUser } from '../../src/index.js';
import { once } from '../support/ports.js';
import { RotationBench, SECRET, token } from '../support/rotation-bench.js';
import { FIELDS } from '../support/values.js';

describe('a single-user rotation', () => {
  it('ends with the new credential current, the old one refused and nothing left open', async () => {
    const bench = new RotationBench({ strategy: singleUser() });
    await bench.rotate('second');

    expect(bench.labels).toEqual({ AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
    expect(bench.alive).toEqual(['second']);
    expect(bench.value('second')).toEqual({
      ...bench.value('first'),
      password: bench.value('second')?.['password'],
    });
    expect(bench.value('second')?.['password']).not.toBe(FIELDS.password);
    expect(bench.database.openSessions).toBe(0);
  });

  it('goes on for ever, without a refused sign-in', async () => {
    const bench = new RotationBench({ strategy: singleUser() });
    for (const name of ['second', 'third', 'fourth']) await bench.rotate(name);

    expect(bench.labels).toEqual({ AWSCURRENT: 'fourth', AWSPREVIOUS: 'third' });
    expect(bench.alive).toEqual(['fourth']);
    expect(new Set(bench.signIns)).toEqual(new Set(['sheep accepted']));
    expect(bench.news).toEqual(Array(3).fill('password.changed'));
  });
});

describe('an alternating rotation', () => {
  it('creates the clone, then goes to and fro, with both users alive and no refused sign-in', async () => {
    const bench = new RotationBench({ strategy: alternatingUsers() });
    await bench.rotate('second');
    expect(bench.alive).toEqual(['first', 'second']);
    expect(bench.value('second')?.['username']).toBe('sheep_clone');
    await bench.rotate('third');
    expect(bench.alive).toEqual(['second', 'third']);
    expect(bench.value('third')?.['username']).toBe('sheep');
    await bench.rotate('fourth');
    expect(bench.alive).toEqual(['third', 'fourth']);

    expect(bench.labels).toEqual({ AWSCURRENT: 'fourth', AWSPREVIOUS: 'third' });
    expect(bench.signIns.filter((line) => !line.endsWith('accepted'))).toEqual([]);
    expect(bench.database.openSessions).toBe(0);
    expect(bench.news).toEqual(['user.created', 'password.changed', 'password.changed']);
  });
});

describe.each([
  ['single user', () => singleUser()],
  ['alternating users', () => alternatingUsers()],
])('the engine with %s', (_, strategy) => {
  it.each(ROTATION_STEPS)('changes nothing when %s is replayed after it finished', async (step) => {
    for (const rounds of [1, 2]) {
      const bench = new RotationBench({ strategy: strategy() });
      if (rounds === 2) await bench.rotate('before');
      bench.begin('second');
      await bench.runUpTo(step, 'second');
      const world = bench.world();

      await bench.run(step, 'second');
      bench.restart();
      await bench.run(step, 'second');
      expect(bench.world()).toEqual(world);
    }
  });

  it('goes through in a process of its own for each step', async () => {
    const bench = new RotationBench({ strategy: strategy() });
    bench.begin('second');
    for (const step of ROTATION_STEPS) {
      bench.restart();
      await bench.run(step, 'second');
    }
    expect(bench.labels).toMatchObject({ AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
    expect(bench.isAlive('second')).toBe(true);
  });

  it('succeeds quietly at every step of a version that is current, without a sign-in', async () => {
    const bench = new RotationBench({ strategy: strategy() });
    await bench.rotate('second');
    const world = bench.world();
    bench.forgetSignIns();
    for (const step of ROTATION_STEPS) {
      expect(await bench.run(step, 'second')).toEqual({
        step,
        outcome: 'the version was current already',
      });
    }
    expect(bench.world()).toEqual(world);
    expect(bench.signIns).toEqual([]);
  });

  it('tells the observer where and when, and never throws what the observer throws', async () => {
    const bench = new RotationBench({ strategy: strategy() });
    bench.begin('second');
    await bench.run('createSecret', 'second');
    const place = { secretId: 'orders', versionId: token('second'), at: bench.clock.now() };
    expect(bench.observer.events).toEqual([
      { ...place, step: 'createSecret', name: 'rotation.started' },
      {
        ...place,
        step: 'createSecret',
        name: 'rotation.step.succeeded',
        outcome: 'a new value was stored',
        durationMs: 0,
      },
    ]);
    const slow = bench.engine(once('before', 'signIn', () => bench.clock.advance(250)));
    await bench.run('setSecret', 'second', { engine: slow });
    expect(bench.observer.events.at(-1)).toMatchObject({ durationMs: 250 });
    const notify = () => {
      throw new Error('the observer is broken');
    };
    const engine = bench.engineWith({ observer: { notify } });
    await bench.runUpTo('finishSecret', 'second', engine);
    expect(bench.labels.AWSCURRENT).toBe('second');
  });

  it('tells how a rotation ended', async () => {
    const bench = new RotationBench({ strategy: strategy() });
    await bench.rotate('second');
    expect(bench.observer.events.at(-1)).toMatchObject({ name: 'rotation.succeeded' });

    bench.begin('cleared');
    bench.store.removeLabel(SECRET, 'AWSPENDING');
    bench.putValue('cleared', {}, ['mine']);
    expect((await bench.failure('setSecret', 'cleared')).code).toBe('KEYTURN_TOKEN_NOT_PENDING');
    expect(bench.observer.events.at(-2)).toMatchObject({ name: 'rotation.abandoned' });

    const error = await bench.failure('setSecret', 'unheard-of');
    expect(bench.observer.events.slice(-2)).toMatchObject([
      { name: 'rotation.abandoned', reason: error.message },
      { name: 'rotation.failed', code: 'KEYTURN_TOKEN_UNKNOWN', retryable: false },
    ]);
    expect(error).toMatchObject({
      step: 'setSecret',
      secretId: 'orders',
      versionId: token('unheard-of'),
    });
  });
});
