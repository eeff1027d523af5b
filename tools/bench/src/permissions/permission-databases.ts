import type { Client } from 'pg';
import { uniqueName, type PostgresServer } from '@keyturn/testkit/postgres';

/** What a user has on every table. */
export const PRIVILEGES = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'REFERENCES'] as const;

/** So many tables are made in one transaction; more would not fit into the server's table of locks. */
const TABLES_AT_ONCE = 500;

/** What to make. */
export interface ClusterSize {
  readonly databases: number;
  /** In each database. */
  readonly tables: number;
}

/** Databases of one cluster, with equal tables in each, and one user with rights on all of them. */
export interface PermissionDatabases extends ClusterSize {
  readonly user: string;
  readonly password: string;
  /** The database that the secret names. */
  readonly home: string;
  /** Takes so many rights from a user, evenly over the databases. */
  makeDifferences(user: string, count: number): Promise<void>;
  drop(): Promise<void>;
}

export async function makePermissionDatabases(
  server: PostgresServer,
  { databases, tables }: ClusterSize,
): Promise<PermissionDatabases> {
  const user = uniqueName('scale');
  const password = 'First-Passw0rd';
  const { name: home } = await server.createDatabase();
  await withClient(server, home, (client) => fill(client, { user, password, tables }));
  const all = [home];
  await withClient(server, server.database, async (client) => {
    while (all.length < databases) {
      const name = `${home}_${all.length}`;
      // A copy of the files takes a fraction of the time; settings of a database are not copied.
      await client.query(`create database ${name} template ${home}`);
      await client.query(
        `alter database ${name} set search_path = "$user", public, redshift_stand_in`,
      );
      all.push(name);
    }
  });
  await withClient(server, home, async (client) => {
    for (const name of all.slice(1)) {
      await client.query('insert into redshift_stand_in.stand_in_databases values ($1)', [name]);
    }
  });
  return {
    ...{ user, password, home, databases, tables },
    async makeDifferences(of, count) {
      for (const [index, database] of all.entries()) {
        const share = Math.floor((count + databases - 1 - index) / databases);
        if (share > tables) throw new RangeError(`${tables} tables are too few for that`);
        const list = Array.from({ length: share }, (_, n) => `shop.t${n + 1}`).join(', ');
        if (share === 0) continue;
        await withClient(server, database, (client) =>
          client.query(`revoke select on ${list} from ${of}`),
        );
      }
    },
    async drop() {
      await withClient(server, server.database, async (client) => {
        for (const name of all) await client.query(`drop database ${name} with (force)`);
        for (const name of [user, `${user}_clone`]) {
          await client.query(`drop role if exists ${name}`);
        }
      });
    },
  };
}

async function fill(
  client: Client,
  { user, password, tables }: { user: string; password: string; tables: number },
): Promise<void> {
  await client.query(`create user ${user} password '${password}'; create schema shop`);
  for (let first = 1; first <= tables; first += TABLES_AT_ONCE) {
    const last = Math.min(tables, first + TABLES_AT_ONCE - 1);
    await client.query(
      `do $$ begin for n in ${first}..${last} loop
         execute 'create table shop.t' || n || ' (id int)';
       end loop; end $$`,
    );
  }
  await client.query(
    `grant usage on schema shop to ${user};
     grant ${PRIVILEGES.join(', ')} on all tables in schema shop to ${user}`,
  );
}

async function withClient(
  server: PostgresServer,
  database: string,
  work: (client: Client) => Promise<unknown>,
): Promise<void> {
  const client = await server.connect({ database });
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
