import { failAt, recordCalls, type CallHook } from '@keyturn/testkit/faults';
import {
  alternatingUsers,
  DatabaseError,
  singleUser,
  type Sensitive,
  type ErrorCode,
  type RotationStrategy,
} from '../../src/index.js';
import { once } from '../support/ports.js';
import { RotationFixture } from '../support/rotation-fixture.js';

const databaseError = (code: ErrorCode, retryable = false) =>
  new DatabaseError({ code, message: 'Injected.', retryable });

/** A fixture at setSecret of `third`, after one rotation; and the number of its setPassword among all port calls. */
async function atSet(strategy: RotationStrategy = singleUser({ changeIn: 'setSecret' })) {
  const fixture = new RotationFixture({ strategy });
  await fixture.rotate('second');
  fixture.begin('third');
  await fixture.run('createSecret', 'third');
  const state = [fixture.store.snapshot(), fixture.database.snapshot()] as const;
  const calls = recordCalls();
  await fixture.run('setSecret', 'third', { engine: fixture.engine(calls) });
  fixture.store.restore(state[0]);
  fixture.database.restore(state[1]);
  fixture.forgetSignIns();
  const methods = calls.calls.map(({ method }) => method);
  return { fixture, setPassword: methods.indexOf('setPassword') + 1 };
}

/** Makes the server refuse whatever password is set by the first setPassword. */
const refuseIt = (fixture: RotationFixture): CallHook =>
  once('after', 'setPassword', (call) => {
    const { user } = call.request as { user: string };
    fixture.database.changePassword(fixture.address, user, 'shut-out');
  });

describe.each([
  ['single user', () => singleUser({ changeIn: 'setSecret' }), ['second']],
  ['alternating users', () => alternatingUsers(), ['first', 'second']],
] as const)('with %s', (_, strategy, alive) => {
  it('a new password that is refused is undone, so that what lived lives', async () => {
    const { fixture } = await atSet(strategy());
    const error = await fixture.refusal('setSecret', 'third', {
      engine: fixture.engine(refuseIt(fixture)),
    });
    expect(error).toMatchObject({ code: 'KEYTURN_NEW_PASSWORD_REFUSED', retryable: true });
    expect(fixture.alive).toEqual(alive);
    expect(fixture.news.at(-1)).toBe('rotation.healed');
    expect(error.message).toContain('undone');
  });

  it.each(['KEYTURN_DATABASE_UNREACHABLE', 'KEYTURN_DATABASE_TLS'] as const)(
    '%s while it is proved undoes nothing and fails retryable',
    async (code) => {
      const { fixture } = await atSet(strategy());
      let set = false;
      const engine = fixture.engine({
        before({ method }) {
          if (set && method === 'signIn') throw databaseError(code);
          if (method === 'setPassword') set = true;
        },
      });
      const error = await fixture.failure('setSecret', 'third', { engine });
      expect(error).toMatchObject({ code, retryable: true });
      expect(fixture.isAlive('third')).toBe(true);
      await fixture.runUpTo('finishSecret', 'third');
      expect(fixture.labels.AWSCURRENT).toBe('third');
    },
  );

  it.each([
    'KEYTURN_DATABASE_CONNECTION_LOST',
    'KEYTURN_DATABASE_TIMEOUT',
    'KEYTURN_DATABASE_ANSWER_TOO_LARGE',
  ] as const)('%s after the change is resolved by signing in', async (code) => {
    const { fixture, setPassword: call } = await atSet(strategy());
    const fault = failAt({ call, when: 'after', error: databaseError(code, true) });
    await fixture.run('setSecret', 'third', { engine: fixture.engine(fault) });
    expect(fault.struck?.method).toBe('setPassword');
    expect(fixture.isAlive('third')).toBe(true);
    expect(fixture.database.openSessions).toBe(0);
  });

  it.each([
    'KEYTURN_DATABASE_CONNECTION_LOST',
    'KEYTURN_DATABASE_TIMEOUT',
    'KEYTURN_DATABASE_ANSWER_TOO_LARGE',
  ] as const)('%s before the change is found out by signing in', async (code) => {
    const { fixture, setPassword: call } = await atSet(strategy());
    const fault = failAt({ call, when: 'before', error: databaseError(code, true) });
    const engine = fixture.engine(fault);
    const error = await fixture.refusal('setSecret', 'third', { engine });
    expect(error).toMatchObject({ code, retryable: true });
    expect(fixture.signIns.at(-1)).toMatch(/refused$/);
  });

  it('a lost connection that cannot be resolved fails retryable, whatever keeps it', async () => {
    const { fixture, setPassword: call } = await atSet(strategy());
    const lost = databaseError('KEYTURN_DATABASE_CONNECTION_LOST', true);
    const fault = failAt({ call, when: 'after', error: lost });
    const engine = fixture.engine(
      {
        before({ method }) {
          if (fault.struck && method === 'signIn') throw databaseError('KEYTURN_DATABASE_TLS');
        },
      },
      fault,
    );
    const error = await fixture.failure('setSecret', 'third', { engine });
    expect(error).toMatchObject({ code: 'KEYTURN_DATABASE_TLS', retryable: true });
    await fixture.runUpTo('finishSecret', 'third');
    expect(fixture.labels.AWSCURRENT).toBe('third');
  });

  it('any other failure to change the password is thrown as it is', async () => {
    const { fixture, setPassword: call } = await atSet(strategy());
    const error = databaseError('KEYTURN_DATABASE_STATEMENT_FAILED');
    const engine = fixture.engine(failAt({ call, when: 'before', error }));
    expect(await fixture.refusal('setSecret', 'third', { engine })).toBe(error);
    expect(fixture.signIns.join()).not.toContain('refused');
  });

  it('a failure to undo leaves a state that the next rotation heals', async () => {
    const { fixture } = await atSet(strategy());
    const password = fixture.value('third')?.['password'] ?? '';
    let user = '';
    const refuse = once('after', 'setPassword', (call) => {
      user = (call.request as { user: string }).user;
      fixture.database.changePassword(fixture.address, user, 'shut-out');
    });
    const undo = once(
      'before',
      'setPassword',
      () => {
        // The refusal was a passing one.
        fixture.database.changePassword(fixture.address, user, password);
        throw databaseError('KEYTURN_DATABASE_CONNECTION_LOST', true);
      },
      2,
    );
    const error = await fixture.failure('setSecret', 'third', {
      engine: fixture.engine(refuse, undo),
    });
    expect(error.retryable).toBe(true);
    await fixture.runUpTo('finishSecret', 'third');
    expect(fixture.isAlive('third')).toBe(true);
  });

  it('failing labels do not keep a refused password from being undone', async () => {
    const { fixture } = await atSet(strategy());
    const engine = fixture.engine(
      refuseIt(fixture),
      once('before', 'describe', () => Promise.reject(new Error('no labels')), 2),
    );
    const error = await fixture.refusal('setSecret', 'third', { engine });
    expect(error.code).toBe('KEYTURN_NEW_PASSWORD_REFUSED');
  });
});

describe('an undo', () => {
  const shutOut = (fixture: RotationFixture, nth: number) =>
    once(
      'after',
      'setPassword',
      ({ request }) => {
        const { user } = request as { user: string };
        fixture.database.changePassword(fixture.address, user, 'shut-out');
      },
      nth,
    );

  it.each([
    ['single user', singleUser({ changeIn: 'setSecret' }), ''],
    [
      'alternating users',
      alternatingUsers(),
      ' AWSCURRENT names user "sheep_clone", which was not changed.',
    ],
  ] as const)(
    'with %s is proved: that the old password is refused, too, is said',
    async (...one) => {
      const [, strategy, untouched] = one;
      const { fixture } = await atSet(strategy);
      const engine = fixture.engine(shutOut(fixture, 1), shutOut(fixture, 2));
      const error = await fixture.failure('setSecret', 'third', { engine });
      expect(error.code).toBe('KEYTURN_NEW_PASSWORD_REFUSED');
      expect(error.message).toContain(
        `The old password was put back, and the database refuses that one, too.${untouched} Look for`,
      );
      expect(error.message).not.toContain('still works');
      expect(fixture.news).not.toContain('rotation.healed');
    },
  );

  it('that cannot be proved claims nothing', async () => {
    const { fixture } = await atSet(singleUser({ changeIn: 'setSecret' }));
    let undone = false;
    const engine = fixture.engine(shutOut(fixture, 1), {
      before({ method }) {
        if (undone && method === 'signIn')
          throw databaseError('KEYTURN_DATABASE_UNREACHABLE', true);
      },
      after: ({ method, request }) => {
        if (method !== 'setPassword') return;
        undone =
          (request as { password: Sensitive }).password.reveal() ===
          fixture.value('second')?.['password'];
      },
    });
    const error = await fixture.failure('setSecret', 'third', { engine });
    expect(error.message).toContain('whether it signs in could not be tried');
    expect(fixture.isAlive('second')).toBe(true);
  });
});

describe('an adopted user', () => {
  it('whose old password nobody knows is not rolled back, and the error says so', async () => {
    const fixture = new RotationFixture({ strategy: alternatingUsers({ existingUsers: 'adopt' }) });
    fixture.database.putUser(fixture.address, { name: 'sheep_clone', password: 'Stranger-1' });
    fixture.begin('second');
    await fixture.run('createSecret', 'second');
    const engine = fixture.engine(refuseIt(fixture));
    const error = await fixture.failure('setSecret', 'second', { engine });
    expect(error.code).toBe('KEYTURN_NEW_PASSWORD_REFUSED');
    expect(error.message).toContain('nothing was undone');
    expect(fixture.news).toEqual([]);
    expect(fixture.isAlive('first')).toBe(true);
  });
});
