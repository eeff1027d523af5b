import { LOCKED_ANSWERS } from '@keyturn/testkit/fakes';
import type { CallHook } from '@keyturn/testkit/faults';
import { ROTATION_STEPS, singleUser } from '../../src/index.js';
import { RotationFixture, sensitive } from '../support/rotation-fixture.js';
import { FIELDS } from '../support/values.js';

/** A rotation that has come to finishSecret, on a server that locks users. */
async function atFinish(limit: number, answer: (typeof LOCKED_ANSWERS)[number]) {
  const fixture = new RotationFixture({ strategy: singleUser() });
  fixture.database.setLockRule(fixture.address, { limit, answer });
  fixture.begin('second');
  await fixture.runUpTo('testSecret', 'second');
  return fixture;
}

/** What clients do with the password that AWSCURRENT has held all the time. Each try counts at the server. */
async function tryCurrent({ database, address }: RotationFixture, times: number): Promise<void> {
  const password = sensitive(FIELDS.password);
  const patience = { connectTimeoutMs: 1_000, statementTimeoutMs: 1_000 };
  for (let n = 0; n < times; n++) {
    const outcome = await database.signIn({ address, user: 'sheep', password, ...patience });
    if (outcome.kind === 'accepted') await outcome.session.close();
  }
}

/** Clients try at the n-th moment of finishSecret: right before or after a call. */
function clientsAt(fixture: RotationFixture, point: number, times: number) {
  let moments = 0;
  let changed = false;
  let name: string | undefined;
  const at = async (what: string): Promise<void> => {
    if (++moments !== point) return;
    name = `${what}, ${changed ? 'after' : 'before'} ALTER`;
    await tryCurrent(fixture, times);
  };
  const hook: CallHook = {
    before: ({ method }) => at(`before ${method}`),
    after({ method }) {
      changed ||= method === 'setPassword';
      return at(`after ${method}`);
    },
  };
  return { hook, point: () => name };
}

describe.each(LOCKED_ANSWERS)('where a locked user is answered %s', (answer) => {
  it.each([
    [5, 4],
    [2, 1],
  ])(
    'with a limit of %i, up to %i tries of AWSCURRENT anywhere in finishSecret lock nobody',
    async (limit, most) => {
      const points = new Set<string>();
      for (let times = 1; times <= most; times++) {
        for (let at = 1; ; at++) {
          const fixture = await atFinish(limit, answer);
          const clients = clientsAt(fixture, at, times);
          await fixture.run('finishSecret', 'second', { engine: fixture.engine(clients.hook) });
          const point = clients.point();
          if (point === undefined) break;
          points.add(point);
          expect([point, ...fixture.alive]).toEqual([point, 'second']);
          expect(fixture.labels.AWSCURRENT).toBe('second');
        }
      }
      expect([...points]).toEqual(
        expect.arrayContaining(['after setPassword, after ALTER', 'before moveLabel, after ALTER']),
      );
    },
  );

  it('any number of tries between the steps locks nobody, and leaves no count', async () => {
    const fixture = new RotationFixture({ strategy: singleUser() });
    fixture.database.setLockRule(fixture.address, { limit: 2, answer });
    for (const name of ['second', 'third']) {
      fixture.begin(name);
      for (const step of ROTATION_STEPS) {
        const current = String(fixture.value(fixture.labels.AWSCURRENT ?? '')?.['password']);
        for (let n = 0; n < 20; n++) {
          expect(fixture.database.accepts(fixture.address, 'sheep', current)).toBe(true);
        }
        await fixture.run(step, name);
      }
      fixture.store.completeRotation('orders');
    }
    expect(fixture.alive).toEqual(['third']);
  });

  it('a user that clients have locked within finishSecret is told, and AWSCURRENT has its password', async () => {
    const fixture = await atFinish(5, answer);
    const hook: CallHook = {
      after: ({ method }) => (method === 'setPassword' ? tryCurrent(fixture, 5) : undefined),
    };
    const error = await fixture.failure('finishSecret', 'second', { engine: fixture.engine(hook) });
    expect(error.message).not.toMatch(/AWSCURRENT again, which was tried and signs in/);
    expect(fixture.labels).toMatchObject({ AWSCURRENT: 'first', AWSPENDING: 'second' });
    const { sheep } = fixture.database.server(fixture.address).users;
    expect(sheep?.password).toBe(FIELDS.password);
  });
});
