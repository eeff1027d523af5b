import { Sensitive, type DatabaseAddress, type Permission } from '@keyturn/core';
import type { DatabaseAdminSubject } from '@keyturn/testkit/contracts';
import { uniqueName } from '@keyturn/testkit/postgres';
import { RedshiftAdmin, type TlsSettings } from '../../src/index.js';

/** A database with a superuser, as the contract needs one. */
export interface SqlSubjectOptions {
  readonly dialect: 'redshift' | 'postgres';
  readonly address: DatabaseAddress;
  readonly superuser: { readonly username: string; readonly password: string };
  readonly tls: TlsSettings;
  readonly maxUserNameBytes: number;
  /** Runs one statement as the superuser, without the adapter under test, and gives its rows. */
  query(sql: string): Promise<object[]>;
}

const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Makes one of every kind of object, and a subject whose users are removed afterwards. */
export async function createSqlSubject(options: SqlSubjectOptions): Promise<DatabaseAdminSubject> {
  const { address, query, superuser, dialect } = options;
  const [schema, group, role] = ['shop', 'staff', 'role_reader'].map(uniqueName) as [
    string,
    string,
    string,
  ];
  const users: string[] = [];
  const all = async (...statements: readonly string[]) => {
    for (const statement of statements) await query(statement);
  };
  await all(
    `CREATE SCHEMA ${schema}`,
    `CREATE TABLE ${schema}.orders (id int)`,
    `CREATE TABLE ${schema}.stock (id int)`,
    `CREATE FUNCTION ${schema}.twice(int, varchar) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2'`,
    `CREATE GROUP ${group}`,
    `CREATE ROLE ${role}`,
  );
  const admin = new RedshiftAdmin({ tls: options.tls });
  const { database } = address;
  const relation = (name: string, privilege: string, grantable = false): Permission => ({
    kind: 'relation',
    schema,
    relation: name,
    privilege,
    grantable,
  });

  return {
    admin,
    address,
    superuser: { user: superuser.username, password: new Sensitive(superuser.password) },
    unreachable: { ...address, host: '127.0.0.1', port: 1 },
    maxUserNameBytes: options.maxUserNameBytes,
    grantable: [
      { kind: 'database', database, privilege: 'CREATE', grantable: false },
      { kind: 'database', database, privilege: 'TEMP', grantable: true },
      { kind: 'schema', schema, privilege: 'USAGE', grantable: false },
      { kind: 'schema', schema, privilege: 'CREATE', grantable: true },
      relation('orders', 'SELECT', true),
      relation('orders', 'INSERT'),
      relation('stock', 'SELECT', true),
      relation('stock', 'TRUNCATE'),
      {
        kind: 'column',
        schema,
        relation: 'stock',
        column: 'id',
        privilege: 'UPDATE',
        grantable: false,
      },
      {
        kind: 'routine',
        routine: 'FUNCTION',
        schema,
        name: 'twice',
        arguments: 'integer, character varying',
        privilege: 'EXECUTE',
        grantable: true,
      },
      { kind: 'language', language: 'plpgsql', privilege: 'USAGE', grantable: false },
      {
        kind: 'default-received',
        owner: superuser.username,
        schema,
        objects: 'TABLES',
        privilege: 'SELECT',
        grantable: false,
      },
      {
        kind: 'default-given',
        grantee: group,
        granteeType: 'group',
        schema: '',
        objects: 'TABLES',
        privilege: 'INSERT',
        grantable: false,
      },
      { kind: 'flag', flag: 'CREATEDB', grantable: false },
      {
        kind: 'setting',
        setting: 'search_path',
        // The user's own sessions have to find the views.
        value: '"$user", "a,""b", redshift_stand_in',
        grantable: false,
      },
      { kind: 'group', group, grantable: false },
      { kind: 'role', role, grantable: true },
    ],
    async grantToPublic() {
      await all(
        `GRANT USAGE ON SCHEMA ${schema} TO PUBLIC`,
        `GRANT SELECT ON ${schema}.orders TO PUBLIC`,
      );
    },
    async makeUser({ name, password, superuser: isSuperuser, validUntil, external }) {
      users.push(name);
      const flags = [
        ...(isSuperuser ? [dialect === 'redshift' ? 'CREATEUSER' : 'SUPERUSER'] : []),
        ...(validUntil === undefined
          ? []
          : [
              `VALID UNTIL '${new Date(validUntil).toISOString().slice(0, 19).replace('T', ' ')}+00'`,
            ]),
      ];
      await query(`CREATE USER ${identifier(name)} PASSWORD '${password}' ${flags.join(' ')}`);
      if (external) {
        await query(
          `INSERT INTO redshift_stand_in.stand_in_user_settings (user_name, external_user_id)` +
            ` VALUES ('${name}', 'idp-1')`,
        );
      }
    },
    freshName(prefix) {
      const name = uniqueName(prefix);
      users.push(name);
      return name;
    },
    async dispose() {
      await all(`DROP SCHEMA ${schema} CASCADE`);
      for (const user of users) await dropUser(options, user);
      await all(
        `DROP GROUP ${group}`,
        `DROP ROLE ${role}${dialect === 'redshift' ? ' FORCE' : ''}`,
      );
    },
  };
}

/** Also a user whose name only begins like this: tests may have added to it. */
async function dropUser({ query, dialect, address }: SqlSubjectOptions, prefix: string) {
  const found = await query(
    `SELECT usename FROM pg_user WHERE left(usename, ${prefix.length}) = '${prefix}'`,
  );
  for (const { usename } of found as { usename: string }[]) {
    const user = identifier(usename);
    await query(
      dialect === 'postgres'
        ? `DROP OWNED BY ${user} CASCADE`
        : `REVOKE ALL ON DATABASE ${identifier(address.database)} FROM ${user}`,
    );
    await query(`DROP USER ${user}`);
  }
}
