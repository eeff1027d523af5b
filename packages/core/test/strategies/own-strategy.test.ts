import { refuse, Sensitive, type RotationStrategy } from '../../src/index.js';
import { RotationFixture } from '../support/rotation-fixture.js';

/** Rotates whoever is current through a superuser whose credential it knows. */
const bySuperuser: RotationStrategy = {
  name: 'by superuser',
  nextUser: ({ currentUser }) => ({ kind: 'next-user', name: currentUser }),
  async apply(context) {
    const { current, settings } = context;
    const { result } = await context.tryStored({ rung: 'pending', users: [current.username] });
    if (result === 'accepted') return 'set already';
    const text = await context.readSecret(settings.superuserSecret ?? '');
    const { username: user, password } = JSON.parse(text.reveal()) as Record<string, string>;
    const { host, port } = current.address;
    const outcome = await context.signInElsewhere({
      host,
      port,
      user: user ?? '',
      password: new Sensitive(password ?? ''),
    });
    if (outcome.kind === 'refused') throw new Error('the superuser is locked out');
    try {
      await context.changePassword({
        session: outcome.session,
        user: current.username,
        restore: current.password,
      });
    } finally {
      await outcome.session.close();
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

  it('gets the engine’s idempotency', async () => {
    const fixture = new RotationFixture({ strategy: bySuperuser, settings });
    fixture.begin('second');
    await fixture.runUpTo('setSecret', 'second');
    const world = fixture.world();
    expect((await fixture.run('setSecret', 'second')).outcome).toBe('set already');
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

  it('may throw another secret’s text without showing it', async () => {
    const strategy: RotationStrategy = {
      ...bySuperuser,
      async prepare({ readSecret }) {
        const text = await readSecret('shepherd');
        throw new Error(`unfit: ${text.reveal()}`);
      },
    };
    const fixture = new RotationFixture({ strategy, settings });
    fixture.begin('second');
    const error = await fixture.refusal('createSecret', 'second');
    expect(error.cause).toMatchObject({ message: 'unfit: [redacted]' });
  });
});
