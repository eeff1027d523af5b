import { KeyturnError, Sensitive } from '@keyturn/core';
import { InMemoryDatabase, LOCKED_ANSWERS, type LockRule } from '../../src/fakes/index.js';

const timeouts = { connectTimeoutMs: 1000, statementTimeoutMs: 1000 };

function create(lockRule: LockRule | undefined) {
  const database = new InMemoryDatabase();
  const address = database.addServer({ host: 'db.example', port: 5439, lockRule });
  database.putUser(address, { name: 'sheep', password: 'right' });
  database.putUser(address, { name: 'root', password: 'root', superuser: true, admin: true });
  const outcome = async (password: string, user = 'sheep'): Promise<string> => {
    try {
      const given = await database.signIn({
        address,
        user,
        password: new Sensitive(password),
        ...timeouts,
      });
      return given.kind;
    } catch (error) {
      return KeyturnError.is(error) ? error.code : String(error);
    }
  };
  const superuser = async () => {
    const given = await database.signIn({
      address,
      user: 'root',
      password: new Sensitive('root'),
      ...timeouts,
    });
    if (given.kind === 'refused') throw new Error('refused');
    return given.session;
  };
  return { database, address, outcome, superuser };
}

describe('an in-memory database with a lock rule', () => {
  it.each([2, 5])('locks a user after %i wrong passwords in a row', async (limit) => {
    const { outcome, database, address } = create({ limit });
    for (let count = 0; count < limit - 1; count++) await outcome('wrong');
    expect(database.accepts(address, 'sheep', 'right')).toBe(true);
    await outcome('wrong');
    expect(database.accepts(address, 'sheep', 'right')).toBe(false);
    expect(await outcome('right')).toBe('refused');
  });

  it('begins to count anew after a right password', async () => {
    const { outcome } = create({ limit: 2 });
    for (const password of ['wrong', 'right', 'wrong']) await outcome(password);
    expect(await outcome('right')).toBe('accepted');
  });

  it.each([
    ['as-wrong-password', 'refused', 'refused'],
    ['right-password-differs', 'KEYTURN_USER_LOCKED', 'refused'],
    ['all-differ', 'KEYTURN_USER_LOCKED', 'KEYTURN_USER_LOCKED'],
  ] as const)('answers a locked user %s', async (answer, right, wrong) => {
    const { outcome } = create({ limit: 2, answer });
    for (const password of ['wrong', 'wrong']) expect(await outcome(password)).toBe('refused');
    expect(await outcome('right')).toBe(right);
    expect(await outcome('wrong')).toBe(wrong);
  });

  it('tells a superuser who is locked, and nobody else', async () => {
    const { outcome, superuser, database, address } = create({ limit: 2 });
    const session = await superuser();
    await outcome('wrong');
    expect(await session.describeLockout({ user: 'sheep' })).toEqual({
      kind: 'known',
      locked: undefined,
      failedSignIns: 1,
      limit: 2,
    });
    const own = await database.signIn({
      address,
      user: 'sheep',
      password: new Sensitive('right'),
      ...timeouts,
    });
    expect(
      own.kind === 'accepted' && (await own.session.describeLockout({ user: 'sheep' })),
    ).toMatchObject({ kind: 'unknown' });
  });

  it('unlocks a user by the password that comes with LOGIN, and not by a plain one', async () => {
    const { outcome, superuser } = create({ limit: 2 });
    for (const password of ['wrong', 'wrong']) await outcome(password);
    const session = await superuser();
    await session.setPassword({ user: 'sheep', password: new Sensitive('new') });
    expect(await outcome('new')).toBe('refused');
    await session.setPassword({ user: 'sheep', password: new Sensitive('new'), unlock: true });
    expect(await outcome('new')).toBe('accepted');
  });

  it('keeps a manual lock apart from an automatic one', async () => {
    const { superuser, database, address } = create({ limit: 5 });
    database.lock(address, 'sheep');
    const session = await superuser();
    expect(await session.describeLockout({ user: 'sheep' })).toMatchObject({ locked: 'manual' });
  });

  it('never locks the admin user', async () => {
    const { outcome } = create({ limit: 2 });
    for (let count = 0; count < 5; count++) await outcome('wrong', 'root');
    expect(await outcome('root', 'root')).toBe('accepted');
  });

  it.each(LOCKED_ANSWERS)('costs nothing without the rule (%s)', async (answer) => {
    const { outcome, superuser, database, address } = create({ limit: 2, answer });
    database.setLockRule(address, undefined);
    for (let count = 0; count < 5; count++) await outcome('wrong');
    expect(await outcome('right')).toBe('accepted');
    const session = await superuser();
    expect(await session.describeLockout({ user: 'sheep' })).toEqual({ kind: 'no-rule' });
  });
});
