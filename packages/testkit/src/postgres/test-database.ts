import { randomInt } from 'node:crypto';
import type { Client } from 'pg';
import { connect, withConnection } from './connect.js';
import type { Login, PostgresFacts, ServerAddress } from './running-server.js';
import { md5DatabaseNames } from './server-files.js';
import { uniqueName } from './unique-name.js';

/** How a database differs from the ordinary one; see {@link TestDatabase}. */
export interface CreateDatabaseOptions {
  /**
   * How its users sign in, and the form in which new passwords are stored (`password_encryption`). A user whose
   * password is stored as md5 cannot sign in to a `scram` database. Default `scram`.
   */
  readonly auth?: 'scram' | 'md5';
  /** False makes a backslash in '...' an escape, as on Redshift. Default true, as on Postgres. */
  readonly standardConformingStrings?: boolean;
  /** Whether it has Redshift's SVV_* views. Default true. */
  readonly standIn?: boolean;
}

/** A database on a shared server. Roles belong to the whole server, so name them with `uniqueName`. */
export interface TestDatabase extends ServerAddress {
  readonly name: string;
  readonly auth: 'scram' | 'md5';
  /** The superuser's URL of this database, for tools that take one; holds the password. */
  readonly adminUrl: string;
  /** Opens a connection to it, as the superuser or as `login`; the caller ends it. */
  connect(login?: Login): Promise<Client>;
  /** Runs statements as the superuser and returns the rows of the last, or of the only one. */
  query<Row extends object>(sql: string): Promise<Row[]>;
  /** Removes it, ending every session in it. Safe to repeat. */
  drop(): Promise<void>;
}

const DUPLICATE_DATABASE = '42P04';

/**
 * Makes a database.
 *
 * @throws what `pg` throws
 */
export async function createTestDatabase(
  server: PostgresFacts,
  options: CreateDatabaseOptions = {},
): Promise<TestDatabase> {
  const { auth = 'scram', standardConformingStrings = true, standIn = true } = options;
  const name = await withConnection(server, {}, async (client) => {
    const created = await createUnderFreeName(
      client,
      auth,
      standIn ? server.template : 'template0',
    );
    const settings = [
      ...(auth === 'md5' ? ['password_encryption = md5'] : []),
      ...(standardConformingStrings ? [] : ['standard_conforming_strings = off']),
      // Settings of a database are not copied with it.
      ...(standIn ? ['search_path = "$user", public, redshift_stand_in'] : []),
    ];
    await client.query(settings.map((set) => `alter database ${created} set ${set}`).join(';'));
    return created;
  });

  const address: ServerAddress = { ...server, database: name };
  const { superuser } = server;
  return {
    host: server.host,
    port: server.port,
    database: name,
    superuser,
    tls: server.tls,
    ...(server.ca !== undefined && { ca: server.ca }),
    name,
    auth,
    adminUrl:
      `postgres://${encodeURIComponent(superuser.username)}:${encodeURIComponent(superuser.password)}` +
      `@${server.host}:${server.port}/${name}`,
    connect: (login = superuser) => connect(address, { as: login }),
    query: <Row extends object>(sql: string) =>
      withConnection(address, {}, async (client) => {
        const results: unknown = await client.query(sql);
        const last = (Array.isArray(results) ? results.at(-1) : results) as { rows: Row[] };
        return last.rows;
      }),
    drop: () =>
      withConnection(server, {}, async (client) => {
        await client.query(`drop database if exists ${name} with (force)`);
      }),
  };
}

async function createUnderFreeName(client: Client, auth: 'scram' | 'md5', template: string) {
  for (;;) {
    const name = auth === 'md5' ? anyMd5Name() : uniqueName('keyturn_scram');
    try {
      await client.query(`create database ${name} template ${template}`);
      return name;
    } catch (error) {
      // Another test has just taken the same md5 name.
      if ((error as { code?: string }).code !== DUPLICATE_DATABASE) throw error;
    }
  }
}

function anyMd5Name(): string {
  const name = md5DatabaseNames[randomInt(md5DatabaseNames.length)];
  if (name === undefined) throw new RangeError('no md5 database name');
  return name;
}
