import { withConnection } from './connect.js';
import type { PostgresFacts, ServerAddress } from './running-server.js';
import { createTestDatabase } from './test-database.js';
import { uniqueName } from './unique-name.js';

/**
 * Makes sure that the user of a server by URL may do what tests do.
 *
 * @throws Error naming what is missing
 */
export async function checkSuperuser(address: ServerAddress): Promise<void> {
  const { rows } = await withConnection(address, {}, (client) =>
    client.query<{ superuser: boolean; version: number }>(
      `select rolsuper as superuser, current_setting('server_version_num')::integer as version
         from pg_roles where rolname = current_user`,
    ),
  );
  const found = rows[0];
  if (!found?.superuser) throw new Error('KEYTURN_TEST_POSTGRES_URL must name a superuser');
  if (found.version < 150_000) {
    throw new Error('KEYTURN_TEST_POSTGRES_URL must lead to PostgreSQL 15 or newer');
  }
}

/**
 * Makes sure that a server by URL lets users in by md5, by doing so.
 *
 * @throws Error saying what its pg_hba.conf needs
 */
export async function checkMd5SignIn(server: PostgresFacts): Promise<void> {
  const database = await createTestDatabase(server, { auth: 'md5' });
  const login = { username: uniqueName('md5_check'), password: 'of no worth' };
  try {
    await database.query(`create user ${login.username} password '${login.password}'`);
    const client = await database.connect(login).catch((cause: unknown) => {
      throw new Error(
        'the server of KEYTURN_TEST_POSTGRES_URL does not let users in by md5: its pg_hba.conf must say md5',
        { cause },
      );
    });
    await client.end();
  } finally {
    await database.query(`drop user if exists ${login.username}`);
    await database.drop();
  }
}
