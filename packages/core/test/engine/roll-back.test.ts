import { failAt, recordCalls, type CallHook } from '@keyturn/testkit/faults';
import {
  alternatingUsers,
  DatabaseError,
  singleUser,
  type ErrorCode,
  type RotationStrategy,
} from '../../src/index.js';
import { once } from '../support/ports.js';
import { RotationBench } from '../support/rotation-bench.js';

const databaseError = (code: ErrorCode, retryable = false) =>
  new DatabaseError({ code, message: 'Injected.', retryable });

/** A bench at setSecret of `third`, after one rotation; and the number of its setPassword among all port calls. */
async function atSet(strategy: RotationStrategy = singleUser()) {
  const bench = new RotationBench({ strategy });
  await bench.rotate('second');
  bench.begin('third');
  await bench.run('createSecret', 'third');
  const state = [bench.store.snapshot(), bench.database.snapshot()] as const;
  const calls = recordCalls();
  await bench.run('setSecret', 'third', { engine: bench.engine(calls) });
  bench.store.restore(state[0]);
  bench.database.restore(state[1]);
  bench.forgetSignIns();
  const methods = calls.calls.map(({ method }) => method);
  return { bench, setPassword: methods.indexOf('setPassword') + 1 };
}

/** Makes the server refuse whatever password is set by the first setPassword. */
const refuseIt = (bench: RotationBench): CallHook =>
  once('after', 'setPassword', (call) => {
    const { user } = call.request as { user: string };
    bench.database.changePassword(bench.address, user, 'shut-out');
  });

describe.each([
  ['single user', () => singleUser(), ['second']],
  ['alternating users', () => alternatingUsers(), ['first', 'second']],
] as const)('with %s', (_, strategy, alive) => {
  it('a new password that is refused is undone, so that what lived lives', async () => {
    const { bench } = await atSet(strategy());
    const error = await bench.refusal('setSecret', 'third', {
      engine: bench.engine(refuseIt(bench)),
    });
    expect(error).toMatchObject({ code: 'KEYTURN_NEW_PASSWORD_REFUSED', retryable: true });
    expect(bench.alive).toEqual(alive);
    expect(bench.news.at(-1)).toBe('rotation.healed');
    expect(error.message).toContain('undone');
  });

  it.each(['KEYTURN_DATABASE_UNREACHABLE', 'KEYTURN_DATABASE_TLS'] as const)(
    '%s while it is proved undoes nothing and fails retryable',
    async (code) => {
      const { bench } = await atSet(strategy());
      let set = false;
      const engine = bench.engine({
        before({ method }) {
          if (set && method === 'signIn') throw databaseError(code);
          if (method === 'setPassword') set = true;
        },
      });
      const error = await bench.failure('setSecret', 'third', { engine });
      expect(error).toMatchObject({ code, retryable: true });
      expect(bench.isAlive('third')).toBe(true);
      await bench.runUpTo('finishSecret', 'third');
      expect(bench.labels.AWSCURRENT).toBe('third');
    },
  );

  it.each(['KEYTURN_DATABASE_CONNECTION_LOST', 'KEYTURN_DATABASE_TIMEOUT'] as const)(
    '%s after the change is resolved by signing in',
    async (code) => {
      const { bench, setPassword: call } = await atSet(strategy());
      const fault = failAt({ call, when: 'after', error: databaseError(code, true) });
      await bench.run('setSecret', 'third', { engine: bench.engine(fault) });
      expect(fault.struck?.method).toBe('setPassword');
      expect(bench.isAlive('third')).toBe(true);
      expect(bench.database.openSessions).toBe(0);
    },
  );

  it.each(['KEYTURN_DATABASE_CONNECTION_LOST', 'KEYTURN_DATABASE_TIMEOUT'] as const)(
    '%s before the change is found out by signing in',
    async (code) => {
      const { bench, setPassword: call } = await atSet(strategy());
      const fault = failAt({ call, when: 'before', error: databaseError(code, true) });
      const engine = bench.engine(fault);
      const error = await bench.refusal('setSecret', 'third', { engine });
      expect(error).toMatchObject({ code, retryable: true });
      expect(bench.signIns.at(-1)).toMatch(/refused$/);
    },
  );

  it('a lost connection that cannot be resolved fails retryable, whatever keeps it', async () => {
    const { bench, setPassword: call } = await atSet(strategy());
    const lost = databaseError('KEYTURN_DATABASE_CONNECTION_LOST', true);
    const fault = failAt({ call, when: 'after', error: lost });
    const engine = bench.engine(
      {
        before({ method }) {
          if (fault.struck && method === 'signIn') throw databaseError('KEYTURN_DATABASE_TLS');
        },
      },
      fault,
    );
    const error = await bench.failure('setSecret', 'third', { engine });
    expect(error).toMatchObject({ code: 'KEYTURN_DATABASE_TLS', retryable: true });
    await bench.runUpTo('finishSecret', 'third');
    expect(bench.labels.AWSCURRENT).toBe('third');
  });

  it('any other failure to change the password is thrown as it is', async () => {
    const { bench, setPassword: call } = await atSet(strategy());
    const error = databaseError('KEYTURN_DATABASE_STATEMENT_FAILED');
    const engine = bench.engine(failAt({ call, when: 'before', error }));
    expect(await bench.refusal('setSecret', 'third', { engine })).toBe(error);
    expect(bench.signIns.join()).not.toContain('refused');
  });

  it('a failure to undo leaves a state that the next rotation heals', async () => {
    const { bench } = await atSet(strategy());
    const password = bench.value('third')?.['password'] ?? '';
    let user = '';
    const refuse = once('after', 'setPassword', (call) => {
      user = (call.request as { user: string }).user;
      bench.database.changePassword(bench.address, user, 'shut-out');
    });
    const undo = once(
      'before',
      'setPassword',
      () => {
        // The refusal was a passing one.
        bench.database.changePassword(bench.address, user, password);
        throw databaseError('KEYTURN_DATABASE_CONNECTION_LOST', true);
      },
      2,
    );
    const error = await bench.failure('setSecret', 'third', { engine: bench.engine(refuse, undo) });
    expect(error.retryable).toBe(true);
    await bench.runUpTo('finishSecret', 'third');
    expect(bench.isAlive('third')).toBe(true);
  });

  it('failing labels do not keep a refused password from being undone', async () => {
    const { bench } = await atSet(strategy());
    const engine = bench.engine(
      refuseIt(bench),
      once('before', 'describe', () => Promise.reject(new Error('no labels')), 2),
    );
    const error = await bench.refusal('setSecret', 'third', { engine });
    expect(error.code).toBe('KEYTURN_NEW_PASSWORD_REFUSED');
  });
});

describe('an adopted user', () => {
  it('whose old password nobody knows is not rolled back, and the error says so', async () => {
    const bench = new RotationBench({ strategy: alternatingUsers({ existingUsers: 'adopt' }) });
    bench.database.putUser(bench.address, { name: 'sheep_clone', password: 'Stranger-1' });
    bench.begin('second');
    await bench.run('createSecret', 'second');
    const engine = bench.engine(refuseIt(bench));
    const error = await bench.failure('setSecret', 'second', { engine });
    expect(error.code).toBe('KEYTURN_NEW_PASSWORD_REFUSED');
    expect(error.message).toContain('nothing was undone');
    expect(bench.news).toEqual([]);
    expect(bench.isAlive('first')).toBe(true);
  });
});
