import type { Client } from 'pg';
import {
  sharedPostgres,
  type CreateDatabaseOptions,
  type TestDatabase,
} from '@keyturn/testkit/postgres';
import type { TlsSettings } from '../../src/index.js';
import { createSqlSubject } from './sql-subject.js';

export const shared = sharedPostgres();

/** verify-full, as in production; plain only for a server by URL that has no TLS. */
export const tls: TlsSettings = shared.tls
  ? shared.ca === undefined
    ? {}
    : { ca: shared.ca }
  : { mode: 'disable' };

/** A database for all tests of a file or `describe`, and one superuser's connection to it. */
export interface UsedDatabase extends TestDatabase {
  readonly client: Client;
}

/** Makes a database beforehand and drops it afterwards. */
export function useDatabase(options?: CreateDatabaseOptions): () => UsedDatabase {
  let used: UsedDatabase | undefined;
  beforeAll(async () => {
    const database = await shared.createDatabase(options);
    used = { ...database, client: await database.connect() };
  });
  afterAll(async () => {
    await used?.client.end();
    await used?.drop();
  });
  return () => {
    if (used === undefined) throw new Error('no database yet');
    return used;
  };
}

/** Where a test database is, as secrets say it. */
export function addressOf({ host, port, name }: TestDatabase) {
  return { host, port, database: name };
}

/** A subject of the contract in a test database. */
export function subjectIn(database: UsedDatabase) {
  return createSqlSubject({
    dialect: 'postgres',
    address: addressOf(database),
    superuser: database.superuser,
    tls,
    maxUserNameBytes: 63,
    query: (sql) => run(database.client, sql),
  });
}

/** Runs statements over an open connection and gives the rows of the last. */
export async function run(client: Client, sql: string): Promise<object[]> {
  const result: unknown = await client.query(sql);
  const last = (Array.isArray(result) ? result.at(-1) : result) as { rows: object[] };
  return last.rows;
}
