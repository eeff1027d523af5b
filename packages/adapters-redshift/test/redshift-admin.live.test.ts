import { Client } from 'pg';
import { describeDatabaseAdminContract } from '@keyturn/testkit/contracts';
import { createSqlSubject } from './support/sql-subject.js';

const VARIABLE = 'KEYTURN_LIVE_REDSHIFT_URL';
const url = process.env[VARIABLE];

/** The contract on a cluster of one's own: `postgres://superuser:password@host:5439/dev`. */
function describeLiveCluster(text: string): void {
  const { hostname, port, pathname, username, password } = new URL(text);
  const address = {
    host: hostname,
    port: Number(port || 5439),
    database: decodeURIComponent(pathname.slice(1)) || 'dev',
  };
  const superuser = {
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
  // A query takes a while there, and a test makes dozens.
  jest.setTimeout(300_000);
  console.warn(
    `${VARIABLE} is set: the tests make, change and drop users, schemas, groups and roles at ${hostname}.`,
  );

  let client: Client;
  beforeAll(async () => {
    client = new Client({
      ...address,
      user: superuser.username,
      password: superuser.password,
      ssl: true,
    });
    await client.connect();
  });
  afterAll(() => client.end());

  describeDatabaseAdminContract({
    name: 'RedshiftAdmin on a live cluster',
    runner: { describe, it, beforeEach, afterEach },
    supports: { externalUsers: false, anyUserName: true },
    create: () =>
      createSqlSubject({
        dialect: 'redshift',
        address,
        superuser,
        tls: {},
        maxUserNameBytes: 127,
        query: async (sql) => (await client.query<object>(sql)).rows,
      }),
  });
}

if (url !== undefined && url !== '') describeLiveCluster(url);
else {
  it(`a live cluster was not asked for (${VARIABLE} is not set)`, () => {
    expect(url ?? '').toBe('');
  });
}
