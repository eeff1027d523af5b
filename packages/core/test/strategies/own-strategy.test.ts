import { refuse, Sensitive, type RotationStrategy } from '../../src/index.js';
import { RotationBench } from '../support/rotation-bench.js';

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
    const bench = new RotationBench({ strategy: bySuperuser, settings });
    await bench.rotate('second');
    await bench.rotate('third');
    expect(bench.labels).toEqual({ AWSCURRENT: 'third', AWSPREVIOUS: 'second' });
    expect(bench.alive).toEqual(['third']);
    expect(bench.database.openSessions).toBe(0);
  });

  it('gets the engine’s idempotency', async () => {
    const bench = new RotationBench({ strategy: bySuperuser, settings });
    bench.begin('second');
    await bench.runUpTo('setSecret', 'second');
    const world = bench.world();
    expect((await bench.run('setSecret', 'second')).outcome).toBe('set already');
    expect(bench.world()).toEqual(world);
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
    const bench = new RotationBench({ strategy, settings });
    bench.begin('second');
    expect((await bench.refusal('createSecret', 'second')).field).toBe('username');
  });

  it('that throws something else ends in an unexpected error without secrets', async () => {
    const strategy: RotationStrategy = {
      ...bySuperuser,
      apply: ({ pending }) => Promise.reject(new Error(`lost ${pending.password.reveal()}`)),
    };
    const bench = new RotationBench({ strategy, settings });
    bench.begin('second');
    await bench.run('createSecret', 'second');
    const error = await bench.refusal('setSecret', 'second');
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
    const bench = new RotationBench({ strategy, settings });
    bench.begin('second');
    const error = await bench.refusal('createSecret', 'second');
    expect(error.cause).toMatchObject({ message: 'unfit: [redacted]' });
  });
});
