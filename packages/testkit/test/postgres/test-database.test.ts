import { sharedPostgres, uniqueName, type TestDatabase } from '../../src/postgres/index.js';

const shared = sharedPostgres();
const databases: TestDatabase[] = [];
const usernames: string[] = [];

async function createDatabase(options: Parameters<typeof shared.createDatabase>[0]) {
  const database = await shared.createDatabase(options);
  databases.push(database);
  return database;
}

/** Makes a user through `database` and returns the login and the first letters of what is stored. */
async function createUser(database: TestDatabase, password = 'a Clear passw0rd') {
  const username = uniqueName('app');
  usernames.push(username);
  const rows = await database.query<{ form: string }>(
    `create user ${username} password '${password}';` +
      `select left(rolpassword, 3) as form from pg_authid where rolname = '${username}'`,
  );
  return { username, password, form: rows[0]?.form };
}

afterAll(async () => {
  for (const database of databases) await database.drop();
  const client = await shared.connect();
  await client.query(`drop user ${usernames.join(', ')}`);
  await client.end();
});

describe('a test database', () => {
  it.each([
    ['scram', 'SCR'],
    ['md5', 'md5'],
  ] as const)('signed in to by %s stores new passwords in that form', async (auth, form) => {
    const database = await createDatabase({ auth });
    const user = await createUser(database);
    const client = await database.connect(user);
    const { rows } = await client.query('select current_user as username, ssl from pg_stat_ssl');
    await client.end();

    expect(user.form).toBe(form);
    expect(rows).toContainEqual({ username: user.username, ssl: shared.tls });
  });

  it('refuses a wrong password', async () => {
    const database = await createDatabase({});
    const { username } = await createUser(database);

    await expect(database.connect({ username, password: 'another' })).rejects.toMatchObject({
      code: '28P01',
    });
  });

  it('refuses a user with an md5 password where sign-in is by SCRAM', async () => {
    const user = await createUser(await createDatabase({ auth: 'md5' }));
    const scram = await createDatabase({ auth: 'scram' });

    await expect(scram.connect(user)).rejects.toMatchObject({ code: '28P01' });
  });

  it('takes a backslash as an escape if asked to', async () => {
    const sql = "select length('a\\tb')::integer as length";
    const redshiftLike = await createDatabase({ standardConformingStrings: false });
    const ordinary = await createDatabase({});

    expect(await redshiftLike.query(sql)).toEqual([{ length: 3 }]);
    expect(await ordinary.query(sql)).toEqual([{ length: 4 }]);
  });

  it('has the stand-in views unless told not to', async () => {
    const sql = "select to_regclass('svv_user_info') is not null as present";

    expect(await (await createDatabase({})).query(sql)).toEqual([{ present: true }]);
    expect(await (await createDatabase({ standIn: false })).query(sql)).toEqual([
      { present: false },
    ]);
  });

  it('is gone after drop, with its sessions, and drop can be repeated', async () => {
    const database = await shared.createDatabase();
    const session = await database.connect();
    const ended = new Promise((resolve) => session.once('end', resolve));
    await database.drop();
    await ended;
    await database.drop();

    await expect(database.connect()).rejects.toMatchObject({ code: '3D000' });
  });

  it('can be made many at a time', async () => {
    const made = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        createDatabase({ auth: index % 2 === 0 ? 'md5' : 'scram' }),
      ),
    );

    expect(new Set(made.map(({ name }) => name)).size).toBe(6);
  });
});
