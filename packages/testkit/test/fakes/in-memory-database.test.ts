import { Sensitive, type Permission } from '@keyturn/core';
import { describeDatabaseAdminContract } from '../../src/contracts/index.js';
import { InMemoryDatabase } from '../../src/fakes/index.js';

const host = 'db.example';
const shop: readonly Permission[] = [
  { kind: 'database', database: 'dev', privilege: 'CREATE', grantable: false },
  { kind: 'schema', schema: 'shop', privilege: 'USAGE', grantable: false },
  {
    kind: 'relation',
    schema: 'shop',
    relation: 'orders',
    privilege: 'SELECT',
    grantable: true,
  },
  { kind: 'group', group: 'staff', grantable: false },
  { kind: 'role', role: 'role_reader', grantable: true },
];

describeDatabaseAdminContract({
  name: 'InMemoryDatabase',
  runner: { describe, it, beforeEach, afterEach },
  supports: { externalUsers: true, anyUserName: true },
  create() {
    const admin = new InMemoryDatabase({ now: () => Date.UTC(2030, 0, 1) });
    const address = admin.addServer({ host, port: 5439 });
    const superuser = { name: 'root', password: 'Superuser1' };
    admin.putUser(address, { ...superuser, superuser: true });
    let count = 0;
    return Promise.resolve({
      admin,
      address,
      superuser: { user: superuser.name, password: new Sensitive(superuser.password) },
      unreachable: { ...address, port: 1 },
      maxUserNameBytes: 127,
      grantable: shop,
      grantToPublic: () => Promise.resolve(),
      makeUser: (user) => Promise.resolve(admin.putUser(address, user)),
      freshName: (prefix) => `${prefix}_${(count += 1)}`,
      dispose: () => Promise.resolve(),
    });
  },
});

describe('an in-memory database', () => {
  const timeouts = { connectTimeoutMs: 1000, statementTimeoutMs: 1000 };

  function create(options?: ConstructorParameters<typeof InMemoryDatabase>[0]) {
    const database = new InMemoryDatabase(options);
    const address = database.addServer({ host, port: 5439, databases: ['dev', 'shop'] });
    database.putUser(address, { name: 'sheep', password: 'old' });
    const signIn = async (password: string, user = 'sheep') =>
      database.signIn({ address, user, password: new Sensitive(password), ...timeouts });
    const sessionOf = async (user: string, password: string) => {
      const outcome = await signIn(password, user);
      if (outcome.kind === 'refused') throw new Error('refused');
      return outcome.session;
    };
    return { database, address, signIn, sessionOf };
  }

  it('goes back to a snapshot, which later changes leave alone', () => {
    const { database, address } = create();
    const before = database.snapshot();
    const copy = structuredClone(before);
    database.changePassword(address, 'sheep', 'new');
    database.grant(address, 'sheep', shop);

    expect(database.accepts(address, 'sheep', 'new')).toBe(true);
    expect(before).toEqual(copy);
    database.restore(copy);
    expect(database.accepts(address, 'sheep', 'old')).toBe(true);
    expect(database.snapshot()).toEqual(before);
  });

  it('keeps permissions on schemas and relations apart by database, the others not', async () => {
    const { database, address, sessionOf } = create();
    database.grant(address, 'sheep', shop);
    const here = await sessionOf('sheep', 'old');
    const elsewhere = await database.signIn({
      address: { ...address, database: 'shop' },
      user: 'sheep',
      password: new Sensitive('old'),
      ...timeouts,
    });
    const kinds = async (session: typeof here) =>
      (await session.readPermissions({ user: 'sheep' })).permissions.map(({ kind }) => kind);

    expect(await kinds(here)).toHaveLength(5);
    expect(elsewhere.kind === 'accepted' && (await kinds(elsewhere.session))).toEqual([
      'database',
      'group',
      'role',
    ]);
  });

  it('fails every sign-in with the code of its trouble, until that is over', async () => {
    const { database, address, signIn } = create();
    database.setTrouble(address, 'KEYTURN_DATABASE_FULL');
    await expect(signIn('old')).rejects.toMatchObject({ code: 'KEYTURN_DATABASE_FULL' });
    database.setTrouble(address, undefined);

    expect((await signIn('old')).kind).toBe('accepted');
    expect(database.signIns.map(({ outcome }) => outcome)).toEqual([
      'KEYTURN_DATABASE_FULL',
      'accepted',
    ]);
  });

  it('logs sign-ins, but not the question whether one would succeed', async () => {
    const { database, address, signIn } = create();
    database.accepts(address, 'sheep', 'old');
    await signIn('wrong');

    expect(database.signIns).toEqual([
      { server: 'db.example:5439', database: 'dev', user: 'sheep', outcome: 'refused' },
    ]);
  });

  it('counts the sessions nobody has closed', async () => {
    const { database, sessionOf } = create();
    const session = await sessionOf('sheep', 'old');
    expect(database.openSessions).toBe(1);
    await session.close();
    await session.close();

    expect(database.openSessions).toBe(0);
  });

  it('expires users by the clock it is given', () => {
    let now = 1000;
    const { database, address } = create({ now: () => now });
    database.putUser(address, { name: 'lamb', password: 'old', validUntil: 2000 });

    expect(database.accepts(address, 'lamb', 'old')).toBe(true);
    now = 2000;
    expect(database.accepts(address, 'lamb', 'old')).toBe(false);
  });

  it('knows no user by what every object has', () => {
    const { database, address } = create();

    expect(database.accepts(address, 'constructor', 'x')).toBe(false);
    expect(() => database.changePassword(address, 'toString', 'x')).toThrow(TypeError);
  });
});
