import { refuse, type RotationStrategy } from '../../src/index.js';
import { RotationFixture } from '../support/rotation-fixture.js';

/**
 * Has the superuser change the password of whoever is current, as where users may not change their own. The engine
 * makes sure that the superuser secret names this server, and gives its session only for the proof of ownership.
 */
const bySuperuser: RotationStrategy = {
  name: 'by superuser',
  usesSuperuser: true,
  nextUser: ({ currentUser }) => ({ kind: 'next-user', name: currentUser }),
  prepare: (context) => context.checkSuperuser(),
  async apply(context) {
    const { rung, proof, password } = await context.proveOwnership();
    if (rung === 'pending') return 'already-set';
    const session = await context.signInAsSuperuser({ proof });
    try {
      const { username: user } = context.current;
      await context.changePassword({ session, user, restore: password });
    } finally {
      await session.close();
    }
    return 'changed by the superuser';
  },
};

const settings = { superuserSecret: 'shepherd' };

describe('a strategy of the user’s own', () => {
  it('is a plain value that the engine rotates with', async () => {
    const fixture = new RotationFixture({ strategy: bySuperuser, settings });
    await fixture.rotate('second');
    await fixture.rotate('third');
    expect(fixture.labels).toEqual({ AWSCURRENT: 'third', AWSPREVIOUS: 'second' });
    expect(fixture.alive).toEqual(['third']);
    expect(fixture.database.openSessions).toBe(0);
  });

  it('says what it did by code, or in words of its own', async () => {
    const fixture = new RotationFixture({ strategy: bySuperuser, settings });
    fixture.begin('second');
    await fixture.run('createSecret', 'second');
    const { code, outcome } = await fixture.run('setSecret', 'second');
    expect({ code, outcome }).toEqual({ code: 'own', outcome: 'changed by the superuser' });
  });

  it('gets the engine’s idempotency', async () => {
    const fixture = new RotationFixture({ strategy: bySuperuser, settings });
    fixture.begin('second');
    await fixture.runUpTo('setSecret', 'second');
    const world = fixture.world();
    expect(await fixture.run('setSecret', 'second')).toMatchObject({ code: 'already-set' });
    expect(fixture.world()).toEqual(world);
  });

  it('refuses a user at createSecret', async () => {
    const strategy: RotationStrategy = {
      ...bySuperuser,
      nextUser: () =>
        refuse({
          code: 'KEYTURN_INVALID_SECRET',
          field: 'username',
          message: 'No.',
          remedy: 'Choose another.',
        }),
    };
    const fixture = new RotationFixture({ strategy, settings });
    fixture.begin('second');
    expect((await fixture.refusal('createSecret', 'second')).field).toBe('username');
  });

  it.each([
    ['createSecret', { host: 'elsewhere.example' }, 'KEYTURN_SUPERUSER_SECRET_UNFIT'],
    ['createSecret', { port: 5440 }, 'KEYTURN_SUPERUSER_SECRET_UNFIT'],
    ['createSecret', { username: 'sheep' }, 'KEYTURN_SUPERUSER_IS_USER'],
  ] as const)(
    'is refused at %s a superuser secret with %j',
    async (step, superuserFields, code) => {
      const fixture = new RotationFixture({ strategy: bySuperuser, settings, superuserFields });
      fixture.begin('second');
      expect((await fixture.refusal(step, 'second')).code).toBe(code);
      expect(fixture.signIns).toEqual([]);
    },
  );

  it('that throws something else ends in an unexpected error without secrets', async () => {
    const strategy: RotationStrategy = {
      ...bySuperuser,
      apply: ({ pending }) => Promise.reject(new Error(`lost ${pending.password.reveal()}`)),
    };
    const fixture = new RotationFixture({ strategy, settings });
    fixture.begin('second');
    await fixture.run('createSecret', 'second');
    const error = await fixture.refusal('setSecret', 'second');
    expect(error).toMatchObject({
      code: 'KEYTURN_UNEXPECTED',
      cause: { message: 'lost [redacted]' },
    });
  });
});
