import { KeyturnError, Sensitive, type DatabaseSession } from '@keyturn/core';
import { LOCKED_ANSWERS } from '@keyturn/testkit/fakes';
import { startLockGate, uniqueName, type LockGate } from '@keyturn/testkit/postgres';
import { RedshiftAdmin } from '../src/index.js';
import { redshiftWith } from './support/redshift-views.js';
import { useDatabase } from './support/test-server.js';

const timeouts = { connectTimeoutMs: 10_000, statementTimeoutMs: 10_000 };
const RIGHT = 'Baa-1.Black_Sheep';
const WRONG = 'Baa-1.White_Sheep';

describe.each(['scram', 'md5'] as const)('behind a gate that locks users, %s', (auth) => {
  const database = useDatabase({ auth });
  let gate: LockGate;
  let user: string;
  const admin = new RedshiftAdmin({ tls: { mode: 'disable' }, askLockout: true });

  beforeEach(async () => {
    const { host, port, superuser } = database();
    gate = await startLockGate({
      to: { host, port },
      rule: { limit: 5 },
      exempt: [superuser.username],
    });
    user = uniqueName('sheep');
    await database().client.query(`create user "${user}" password '${RIGHT}'`);
  });
  afterEach(async () => {
    await gate.close();
    await database().client.query(`drop user "${user}"`);
  });

  const signIn = (password: string, name = user) =>
    admin.signIn({
      address: { host: '127.0.0.1', port: gate.port, database: database().name },
      user: name,
      password: new Sensitive(password),
      ...timeouts,
    });
  const outcome = async (password: string): Promise<string> => {
    try {
      const given = await signIn(password);
      if (given.kind === 'accepted') await given.session.close();
      return given.kind;
    } catch (error) {
      return KeyturnError.is(error) ? error.code : String(error);
    }
  };
  const withSuperuser = async <T>(work: (session: DatabaseSession) => Promise<T>): Promise<T> => {
    const { superuser } = database();
    const given = await signIn(superuser.password, superuser.username);
    if (given.kind === 'refused') throw new Error('refused');
    try {
      return await work(given.session);
    } finally {
      await given.session.close();
    }
  };

  it.each(LOCKED_ANSWERS)(
    'tells a lock from a wrong password as far as %s allows',
    async (answer) => {
      gate.book.rule = { limit: 2, answer };
      expect(await outcome(RIGHT)).toBe('accepted');
      expect(await outcome(WRONG)).toBe('refused');
      expect(await outcome(WRONG)).toBe('refused');
      const locked = 'KEYTURN_USER_LOCKED';
      expect(await outcome(RIGHT)).toBe(answer === 'as-wrong-password' ? 'refused' : locked);
      expect(await outcome(WRONG)).toBe(answer === 'all-differ' ? locked : 'refused');
      expect(gate.book.wrongPasswords(user)).toBe(3);
    },
  );

  it('reads the count of wrong passwords and the limit', async () => {
    await outcome(WRONG);
    expect(await withSuperuser((session) => session.describeLockout({ user }))).toEqual({
      kind: 'known',
      locked: undefined,
      failedSignIns: 1,
      lockedAt: undefined,
      limit: 5,
    });
  });

  it('unlocks a user together with its new password', async () => {
    gate.book.rule = { limit: 2 };
    for (const password of [WRONG, WRONG]) await outcome(password);
    await withSuperuser(async (session) => {
      expect(await session.describeLockout({ user })).toMatchObject({ locked: 'automatic' });
      await session.setPassword({ user, password: new Sensitive(WRONG), unlock: true });
    });
    expect(await outcome(WRONG)).toBe('accepted');
  });

  it('tells a lock that an administrator made from one of its own', async () => {
    await withSuperuser(async (session) => {
      gate.book.lock(user);
      expect(await session.describeLockout({ user })).toMatchObject({ locked: 'manual' });
    });
  });
});

describe('what the server says about locked users', () => {
  const database = useDatabase();

  it('is no rule on PostgreSQL, which does not know the command', async () => {
    const { host, port, name, superuser } = database();
    const admin = new RedshiftAdmin({ tls: { mode: 'disable' }, askLockout: true });
    const given = await admin.signIn({
      address: { host, port, database: name },
      user: superuser.username,
      password: new Sensitive(superuser.password),
      ...timeouts,
    });
    if (given.kind === 'refused') throw new Error('refused');
    expect(await given.session.describeLockout({ user: 'sheep' })).toEqual({ kind: 'no-rule' });
    await given.session.close();
  });

  const answering = (lockout: object[] | { code: string }) => {
    const { session } = redshiftWith({}, (sql) => {
      if (sql !== 'SHOW USER LOCKOUT') return undefined;
      return lockout as never;
    });
    return session.describeLockout({ user: 'sheep' });
  };

  it.each([
    ['42501', 'unknown'],
    ['XX000', 'unknown'],
    ['42601', 'no-rule'],
    ['42704', 'no-rule'],
  ])('after an error %s counts as %s', async (code, kind) => {
    expect(await answering({ code })).toMatchObject({ kind });
  });

  it.each([
    ['t', 'automatic', 'automatic'],
    ['true', 'AUTOMATIC', 'automatic'],
    ['t', 'manual', 'manual'],
    ['t', null, 'manual'],
    ['f', null, undefined],
  ])('is_locked %s for the reason %s counts as %s', async (is_locked, lock_reason, locked) => {
    const row = { user_name: 'sheep   ', is_locked, lock_reason, failed_login_attempts: '4' };
    expect(await answering([row])).toMatchObject({ kind: 'known', locked, failedSignIns: 4 });
  });

  it('says nothing of a user that is not listed', async () => {
    expect(await answering([{ user_name: 'goat', is_locked: 't' }])).toMatchObject({
      kind: 'known',
      locked: undefined,
      failedSignIns: 0,
    });
  });
});
