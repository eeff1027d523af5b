import { Sensitive, type DatabaseSession } from '@keyturn/core';
import { uniqueName } from '@keyturn/testkit/postgres';
import { addressOf, run, type UsedDatabase } from './test-server.js';
import { recordingAdmin } from './as-redshift.js';
import type { RedshiftSession } from '../../src/index.js';
import { trapLog, trapsIn } from './traps.js';

const PASSWORD = 'Baa-1.Black_Sheep';
const LOG = 'trap_log';

/** An attacker who may create schemas and objects, and the superuser it is after. */
export class FoxHunt {
  readonly fox = uniqueName('fox');
  readonly boss = uniqueName('boss');
  readonly password = PASSWORD;
  #databases: readonly UsedDatabase[] = [];

  async begin(...databases: readonly UsedDatabase[]): Promise<void> {
    this.#databases = databases;
    const [first] = databases;
    if (first === undefined) throw new TypeError('it takes a database');
    await run(
      first.client,
      `CREATE ROLE ${this.fox} LOGIN PASSWORD '${PASSWORD}';
       CREATE ROLE ${this.boss} SUPERUSER LOGIN PASSWORD '${PASSWORD}'`,
    );
    for (const { client } of databases) await run(client, trapLog(LOG, this.fox));
    for (const each of databases) await this.#letCreate(each);
  }

  async end(): Promise<void> {
    const { fox, boss } = this;
    for (const { client, name } of this.#databases) {
      await run(client, `ALTER DATABASE ${name} OWNER TO CURRENT_USER`);
      await run(client, `DROP OWNED BY ${fox} CASCADE; DROP OWNED BY ${boss} CASCADE`);
    }
    const [first] = this.#databases;
    if (first !== undefined) await run(first.client, `DROP ROLE ${fox}; DROP ROLE ${boss}`);
  }

  /** Runs SQL as the attacker. */
  async asFox(where: UsedDatabase, sql: string): Promise<void> {
    const client = await where.connect({ username: this.fox, password: PASSWORD });
    try {
      await run(client, sql);
    } finally {
      await client.end();
    }
  }

  /** The attacker makes a schema, where there is none yet, and fills it. */
  async layTraps(where: UsedDatabase, schema: string): Promise<void> {
    const create = `CREATE SCHEMA IF NOT EXISTS "${schema}"`;
    await this.asFox(where, `${create}; ${trapsIn(schema, LOG)}`);
  }

  /** Whatever the attacker has made is gone; it may begin anew. */
  async clear(where: UsedDatabase): Promise<void> {
    await run(where.client, `DROP OWNED BY ${this.fox} CASCADE`);
    // That has taken away its permissions on every database.
    for (const each of this.#databases) await this.#letCreate(each);
  }

  /** What has been used of the attacker's, by others than itself. Forgets it, too. */
  async caught(where: UsedDatabase): Promise<readonly object[]> {
    const list = `SELECT DISTINCT who, what FROM ${LOG}.sprung WHERE who <> '${this.fox}'`;
    const found = await run(where.client, list);
    await run(where.client, `DELETE FROM ${LOG}.sprung; ALTER ROLE ${this.fox} NOSUPERUSER`);
    return found;
  }

  /** A session of the superuser. */
  async session(
    dialect: 'redshift' | 'postgres',
    where: UsedDatabase,
    purpose?: 'administration' | 'checks',
  ): Promise<RedshiftSession> {
    const outcome = await recordingAdmin(dialect).admin.signIn({
      address: addressOf(where),
      user: this.boss,
      password: new Sensitive(PASSWORD),
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 10_000,
      purpose,
    });
    if (outcome.kind === 'refused') throw new Error('refused');
    return outcome.session as RedshiftSession;
  }

  async #letCreate({ client, name }: UsedDatabase): Promise<void> {
    await run(
      client,
      `GRANT CREATE ON DATABASE ${name} TO ${this.fox}; GRANT CREATE ON SCHEMA public TO ${this.fox}`,
    );
  }
}

/** What an administrator's session does, each with names of its own. */
export const WORK: readonly (readonly [
  work: string,
  run: (session: DatabaseSession, user: string) => Promise<unknown>,
])[] = [
  ['looks a user up', (session, user) => session.describeUser({ user })],
  [
    'creates, changes and drops a user',
    async (session) => {
      const user = uniqueName('lamb');
      await session.createUser({ user, password: new Sensitive(PASSWORD) });
      await session.setPassword({ user, password: new Sensitive(`${PASSWORD}2`) });
      await session.dropUser({ user });
    },
  ],
  ['lists databases', async (session) => expect(await session.listDatabases()).toHaveLength(1)],
  [
    'reads a user’s permissions',
    async (session, user) => {
      const { notChecked, owned } = await session.readPermissions({ user });

      expect(notChecked).toEqual([]);
      expect(owned).not.toEqual([]);
    },
  ],
  [
    'reads inherited permissions',
    (session) => {
      const memberships = [{ kind: 'role', role: 'keeper', grantable: false }] as const;
      return session.readInherited({ memberships });
    },
  ],
  [
    'grants and revokes',
    async (session, user) => {
      const permission = {
        ...({ kind: 'relation', schema: LOG, relation: 'sprung' } as const),
        ...{ privilege: 'DELETE', grantable: false },
      };
      await session.grantPermissions({ user, permissions: [permission] });
      await session.revokePermissions({
        user,
        revocations: [{ permission, optionOnly: false }],
      });
    },
  ],
];
