import { orderChecks } from '../../src/checks/run-checks.js';
import {
  DatabaseError,
  signInCheck,
  singleUser,
  VerificationFailedError,
  type DatabaseSession,
  type VerificationCheck,
} from '../../src/index.js';
import { RotationFixture } from '../support/rotation-fixture.js';

const check = (name: string, verify: VerificationCheck['verify'] = async () => undefined) => ({
  name,
  verify,
});

/** A fixture at testSecret with these checks. */
async function atTest(...checks: VerificationCheck[]) {
  const fixture = new RotationFixture({ strategy: singleUser({ changeIn: 'setSecret' }), checks });
  fixture.begin('second');
  await fixture.runUpTo('setSecret', 'second');
  fixture.forgetSignIns();
  return fixture;
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
  it.each([
    ['false', false, 'the check returned false'],
    ['an error', new Error('no orders'), 'the check returned an error: no orders'],
  ])('takes a check that returns %s for a failed one', async (_, result, reason) => {
    const verify = (() => Promise.resolve(result)) as unknown as VerificationCheck['verify'];
    const fixture = await atTest(check('orders', verify));
    const error = await fixture.failure('testSecret', 'second');
    expect(error).toMatchObject({ failures: [{ check: 'orders', reason }] });
  });

  it('runs the checks in order over one session of the pending user, and closes it', async () => {
    const seen: string[] = [];
    const sessions = new Set<DatabaseSession>();
    const look = (name: string) =>
      check(name, async (subject) => {
        seen.push(`${name} ${subject.user} ${subject.address.database} ${subject.secretId}`);
        sessions.add(await subject.signIn());
      });
    const fixture = await atTest(look('a'), look('b'));
    await fixture.run('testSecret', 'second');
    expect(seen).toEqual(['a sheep shop orders', 'b sheep shop orders']);
    expect(sessions.size).toBe(1);
    expect(fixture.signIns).toEqual(['sheep accepted']);
    expect(fixture.database.openSessions).toBe(0);
  });

  it('runs no other check after a refused sign-in', async () => {
    let ran = false;
    const fixture = await atTest(check('a', async () => void (ran = true)));
    fixture.database.changePassword(fixture.address, 'sheep', 'Changed-1');
    const error = await fixture.refusal('testSecret', 'second');
    expect(error).toMatchObject({
      code: 'KEYTURN_VERIFICATION_FAILED',
      retryable: true,
      failures: [{ check: 'sign in', reason: expect.stringContaining('"sheep"') as string }],
    });
    expect(ran).toBe(false);
  });

  it('signs in whatever a check of one’s own that is named like it does', async () => {
    let ran = false;
    const fixture = await atTest(check('sign in', async () => void (ran = true)));
    fixture.database.changePassword(fixture.address, 'sheep', 'Changed-1');
    const error = await fixture.refusal('testSecret', 'second');
    expect(error.code).toBe('KEYTURN_VERIFICATION_FAILED');
    expect(ran).toBe(false);
    expect(fixture.signIns).toEqual(['sheep refused']);
  });

  it('reports a check of one’s own that is named like the sign-in beside the others', async () => {
    const fixture = await atTest(
      check('sign in', () => {
        throw new DatabaseError({ code: 'KEYTURN_DATABASE_PERMISSION', message: 'denied' });
      }),
      check('a', () => Promise.reject(new Error('no orders'))),
    );
    expect(await fixture.refusal('testSecret', 'second')).toMatchObject({
      failures: [
        { check: 'sign in', reason: 'denied' },
        { check: 'a', reason: 'no orders' },
      ],
    });
  });

  it('runs all checks and reports those that failed together', async () => {
    const fixture = await atTest(
      check('a', () => Promise.reject(new Error('no orders'))),
      check('b'),
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a check may throw anything
      check('c', () => Promise.reject('odd')),
      check('d', () => {
        throw new DatabaseError({ code: 'KEYTURN_DATABASE_PERMISSION', message: 'denied' });
      }),
    );
    const error = await fixture.refusal('testSecret', 'second');
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
    const fixture = await atTest(check('a', () => Promise.reject(new Error('never run'))));
    fixture.database.setTrouble(fixture.address, 'KEYTURN_DATABASE_UNREACHABLE');
    const error = await fixture.refusal('testSecret', 'second');
    expect(error.code).toBe('KEYTURN_DATABASE_UNREACHABLE');
  });

  it('hides secrets in what a check throws, with the reason left readable', async () => {
    const fixture = await atTest(
      check('leaky', async () => {
        const value = fixture.value('second') ?? {};
        throw new Error(`orders of ${value['username']} with ${value['password']} are gone`, {
          cause: value,
        });
      }),
    );
    const error = await fixture.failure('testSecret', 'second');
    expect(error).toMatchObject({
      failures: [{ check: 'leaky', reason: 'orders of sheep with [redacted] are gone' }],
    });
  });

  it('gives no proof where a check fails', async () => {
    let fail = true;
    const fixture = await atTest(
      check('a', async () => {
        if (fail) throw new Error('not yet');
      }),
    );
    await fixture.failure('testSecret', 'second');
    fail = false;
    fixture.forgetSignIns();
    await fixture.run('finishSecret', 'second');
    expect(fixture.signIns).toEqual(['sheep accepted']);
  });

  it('signs in at the current version’s address, as the pending user', async () => {
    const fixture = await atTest();
    await fixture.run('testSecret', 'second');
    expect(fixture.database.signIns.at(-1)).toEqual({
      server: 'db.example:5439',
      database: 'shop',
      user: 'sheep',
      outcome: 'accepted',
    });
  });
});
