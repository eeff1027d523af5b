import { orderChecks } from '../../src/checks/run-checks.js';
import {
  DatabaseError,
  signInCheck,
  singleUser,
  VerificationFailedError,
  type DatabaseSession,
  type VerificationCheck,
} from '../../src/index.js';
import { RotationBench } from '../support/rotation-bench.js';

const check = (name: string, verify: VerificationCheck['verify'] = async () => undefined) => ({
  name,
  verify,
});

/** A bench at testSecret with these checks. */
async function atTest(...checks: VerificationCheck[]) {
  const bench = new RotationBench({ strategy: singleUser(), checks });
  bench.begin('second');
  await bench.runUpTo('setSecret', 'second');
  bench.forgetSignIns();
  return bench;
}

describe('the list of checks', () => {
  const names = (checks: readonly VerificationCheck[]) => checks.map(({ name }) => name);

  it('begins with the sign-in, wherever that was put, and keeps the order of the others', () => {
    const [a, b] = [check('a'), check('b')];
    expect(names(orderChecks([a, signInCheck(), b]))).toEqual(['sign in', 'a', 'b']);
    expect(names(orderChecks([b, a]))).toEqual(['sign in', 'b', 'a']);
    expect(names(orderChecks([]))).toEqual(['sign in']);
  });

  it('has no two checks of one name', () => {
    const repeated = expect.objectContaining({
      code: 'KEYTURN_INVALID_SETTING',
      field: 'checks',
    }) as Error;
    expect(() => orderChecks([check('a'), check('a')])).toThrow(repeated);
    expect(() => orderChecks([signInCheck(), signInCheck()])).toThrow(repeated);
    expect(() => orderChecks([check('a'), check('a')])).toThrow(
      'Two checks are named "a". Give each check a name of its own',
    );
  });

  it('has the sign-in first, too, where a check of one’s own has its name', () => {
    const own = check('sign in');
    const [first, second, ...rest] = orderChecks([own, check('a')]);
    expect(first).not.toBe(own);
    expect(second).toBe(own);
    expect(names(rest)).toEqual(['a']);
  });
});

describe('testSecret', () => {
  it('runs the checks in order over one session of the pending user, and closes it', async () => {
    const seen: string[] = [];
    const sessions = new Set<DatabaseSession>();
    const look = (name: string) =>
      check(name, async (subject) => {
        seen.push(`${name} ${subject.user} ${subject.address.database} ${subject.secretId}`);
        sessions.add(await subject.signIn());
      });
    const bench = await atTest(look('a'), look('b'));
    await bench.run('testSecret', 'second');
    expect(seen).toEqual(['a sheep shop orders', 'b sheep shop orders']);
    expect(sessions.size).toBe(1);
    expect(bench.signIns).toEqual(['sheep accepted']);
    expect(bench.database.openSessions).toBe(0);
  });

  it('runs no other check after a refused sign-in', async () => {
    let ran = false;
    const bench = await atTest(check('a', async () => void (ran = true)));
    bench.database.changePassword(bench.address, 'sheep', 'Changed-1');
    const error = await bench.refusal('testSecret', 'second');
    expect(error).toMatchObject({
      code: 'KEYTURN_VERIFICATION_FAILED',
      retryable: true,
      failures: [{ check: 'sign in', reason: expect.stringContaining('"sheep"') as string }],
    });
    expect(ran).toBe(false);
  });

  it('signs in whatever a check of one’s own that is named like it does', async () => {
    let ran = false;
    const bench = await atTest(check('sign in', async () => void (ran = true)));
    bench.database.changePassword(bench.address, 'sheep', 'Changed-1');
    const error = await bench.refusal('testSecret', 'second');
    expect(error.code).toBe('KEYTURN_VERIFICATION_FAILED');
    expect(ran).toBe(false);
    expect(bench.signIns).toEqual(['sheep refused']);
  });

  it('reports a check of one’s own that is named like the sign-in beside the others', async () => {
    const bench = await atTest(
      check('sign in', () => {
        throw new DatabaseError({ code: 'KEYTURN_DATABASE_PERMISSION', message: 'denied' });
      }),
      check('a', () => Promise.reject(new Error('no orders'))),
    );
    expect(await bench.refusal('testSecret', 'second')).toMatchObject({
      failures: [
        { check: 'sign in', reason: 'denied' },
        { check: 'a', reason: 'no orders' },
      ],
    });
  });

  it('runs all checks and reports those that failed together', async () => {
    const bench = await atTest(
      check('a', () => Promise.reject(new Error('no orders'))),
      check('b'),
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a check may throw anything
      check('c', () => Promise.reject('odd')),
      check('d', () => {
        throw new DatabaseError({ code: 'KEYTURN_DATABASE_PERMISSION', message: 'denied' });
      }),
    );
    const error = await bench.refusal('testSecret', 'second');
    expect(error).toBeInstanceOf(VerificationFailedError);
    expect(error).toMatchObject({
      failures: [
        { check: 'a', reason: 'no orders' },
        { check: 'c', reason: 'odd' },
        { check: 'd', reason: 'denied' },
      ],
    });
    expect(error.message).toContain('failed 3 checks (a: no orders; c: odd; d: denied)');
  });

  it('throws what kept the sign-in from being tried as it is', async () => {
    const bench = await atTest(check('a', () => Promise.reject(new Error('never run'))));
    bench.database.setTrouble(bench.address, 'KEYTURN_DATABASE_UNREACHABLE');
    const error = await bench.refusal('testSecret', 'second');
    expect(error.code).toBe('KEYTURN_DATABASE_UNREACHABLE');
  });

  it('hides secrets in what a check throws, with the reason left readable', async () => {
    const bench = await atTest(
      check('leaky', async () => {
        const value = bench.value('second') ?? {};
        throw new Error(`orders of ${value['username']} with ${value['password']} are gone`, {
          cause: value,
        });
      }),
    );
    const error = await bench.failure('testSecret', 'second');
    expect(error).toMatchObject({
      failures: [{ check: 'leaky', reason: 'orders of sheep with [redacted] are gone' }],
    });
  });

  it('gives no proof where a check fails', async () => {
    let fail = true;
    const bench = await atTest(
      check('a', async () => {
        if (fail) throw new Error('not yet');
      }),
    );
    await bench.failure('testSecret', 'second');
    fail = false;
    bench.forgetSignIns();
    await bench.run('finishSecret', 'second');
    expect(bench.signIns).toEqual(['sheep accepted']);
  });

  it('signs in at the current version’s address, as the pending user', async () => {
    const bench = await atTest();
    await bench.run('testSecret', 'second');
    expect(bench.database.signIns.at(-1)).toEqual({
      server: 'db.example:5439',
      database: 'shop',
      user: 'sheep',
      outcome: 'accepted',
    });
  });
});
