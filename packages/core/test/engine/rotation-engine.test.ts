import { alternatingUsers, ROTATION_STEPS, singleUser } from '../../src/index.js';
import { once } from '../support/ports.js';
import { RotationFixture, SECRET, token } from '../support/rotation-fixture.js';
import { FIELDS } from '../support/values.js';

describe('a single-user rotation', () => {
  it('ends with the new credential current, the old one refused and nothing left open', async () => {
    const fixture = new RotationFixture({ strategy: singleUser() });
    await fixture.rotate('second');

    expect(fixture.labels).toEqual({ AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
    expect(fixture.alive).toEqual(['second']);
    expect(fixture.value('second')).toEqual({
      ...fixture.value('first'),
      password: fixture.value('second')?.['password'],
    });
    expect(fixture.value('second')?.['password']).not.toBe(FIELDS.password);
    expect(fixture.database.openSessions).toBe(0);
  });

  it('goes on for ever, without a refused sign-in', async () => {
    const fixture = new RotationFixture({ strategy: singleUser() });
    for (const name of ['second', 'third', 'fourth']) await fixture.rotate(name);

    expect(fixture.labels).toEqual({ AWSCURRENT: 'fourth', AWSPREVIOUS: 'third' });
    expect(fixture.alive).toEqual(['fourth']);
    expect(new Set(fixture.signIns)).toEqual(new Set(['sheep accepted']));
    expect(fixture.news).toEqual(Array(3).fill('password.changed'));
  });
});

describe('an alternating rotation', () => {
  it('creates the clone, then goes to and fro, with both users alive and no refused sign-in', async () => {
    const fixture = new RotationFixture({ strategy: alternatingUsers() });
    await fixture.rotate('second');
    expect(fixture.alive).toEqual(['first', 'second']);
    expect(fixture.value('second')?.['username']).toBe('sheep_clone');
    await fixture.rotate('third');
    expect(fixture.alive).toEqual(['second', 'third']);
    expect(fixture.value('third')?.['username']).toBe('sheep');
    await fixture.rotate('fourth');
    expect(fixture.alive).toEqual(['third', 'fourth']);

    expect(fixture.labels).toEqual({ AWSCURRENT: 'fourth', AWSPREVIOUS: 'third' });
    expect(fixture.signIns.filter((line) => !line.endsWith('accepted'))).toEqual([]);
    expect(fixture.database.openSessions).toBe(0);
    expect(fixture.news).toEqual(['user.created', 'password.changed', 'password.changed']);
  });
});

describe.each([
  ['single user', () => singleUser()],
  ['alternating users', () => alternatingUsers()],
])('the engine with %s', (_, strategy) => {
  it.each(ROTATION_STEPS)('changes nothing when %s is replayed after it finished', async (step) => {
    for (const rounds of [1, 2]) {
      const fixture = new RotationFixture({ strategy: strategy() });
      if (rounds === 2) await fixture.rotate('before');
      fixture.begin('second');
      await fixture.runUpTo(step, 'second');
      const world = fixture.world();

      await fixture.run(step, 'second');
      fixture.restart();
      await fixture.run(step, 'second');
      expect(fixture.world()).toEqual(world);
    }
  });

  it('goes through in a process of its own for each step', async () => {
    const fixture = new RotationFixture({ strategy: strategy() });
    fixture.begin('second');
    for (const step of ROTATION_STEPS) {
      fixture.restart();
      await fixture.run(step, 'second');
    }
    expect(fixture.labels).toMatchObject({ AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
    expect(fixture.isAlive('second')).toBe(true);
  });

  it('succeeds quietly at every step of a version that is current, without a sign-in', async () => {
    const fixture = new RotationFixture({ strategy: strategy() });
    await fixture.rotate('second');
    const world = fixture.world();
    fixture.forgetSignIns();
    for (const step of ROTATION_STEPS) {
      expect(await fixture.run(step, 'second')).toEqual({
        step,
        code: 'already-current',
        outcome: 'the pending version was AWSCURRENT already',
      });
    }
    expect(fixture.world()).toEqual(world);
    expect(fixture.signIns).toEqual([]);
  });

  it('tells the observer where and when, and never throws what the observer throws', async () => {
    const fixture = new RotationFixture({ strategy: strategy() });
    fixture.begin('second');
    await fixture.run('createSecret', 'second');
    const place = { secretId: 'orders', versionId: token('second'), at: fixture.clock.now() };
    expect(fixture.observer.events).toEqual([
      { ...place, step: 'createSecret', name: 'rotation.started' },
      {
        ...place,
        step: 'createSecret',
        name: 'rotation.step.succeeded',
        code: 'value-stored',
        outcome: 'a new value was stored',
        durationMs: 0,
      },
    ]);
    const slow = fixture.engine(once('before', 'signIn', () => fixture.clock.advance(250)));
    await fixture.run('setSecret', 'second', { engine: slow });
    expect(fixture.observer.events.at(-1)).toMatchObject({ durationMs: 250 });
    const notify = () => {
      throw new Error('the observer is broken');
    };
    const engine = fixture.engineWith({ observer: { notify } });
    await fixture.runUpTo('finishSecret', 'second', engine);
    expect(fixture.labels.AWSCURRENT).toBe('second');
  });

  it('tells how a rotation ended', async () => {
    const fixture = new RotationFixture({ strategy: strategy() });
    await fixture.rotate('second');
    expect(fixture.observer.events.at(-1)).toMatchObject({ name: 'rotation.succeeded' });

    fixture.begin('cleared');
    fixture.store.removeLabel(SECRET, 'AWSPENDING');
    fixture.putValue('cleared', {}, ['mine']);
    expect((await fixture.failure('setSecret', 'cleared')).code).toBe('KEYTURN_TOKEN_NOT_PENDING');
    expect(fixture.observer.events.at(-2)).toMatchObject({ name: 'rotation.abandoned' });

    const error = await fixture.failure('setSecret', 'unheard-of');
    expect(fixture.observer.events.slice(-2)).toMatchObject([
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
