import { applyStandIn, sharedPostgres, uniqueName } from '../../src/postgres/index.js';
import type { TestDatabase } from '../../src/postgres/index.js';

const password = 'a Clear passw0rd';
const user = uniqueName('app');
const other = uniqueName('other');
const group = uniqueName('readers');
const role = uniqueName('role_readers');
const listedRole = uniqueName('listed');
const innerRole = uniqueName('role_inner');
let database: TestDatabase;

beforeAll(async () => {
  database = await sharedPostgres().createDatabase();
  await database.query(`
    create user ${user} password '${password}' connection limit 7 valid until 'infinity';
    alter user ${user} set datestyle to 'ISO';
    create user ${other} password '${password}' createdb;
    create group ${group}; create role ${role}; create role ${listedRole}; create role ${innerRole};
    insert into stand_in_roles values ('${listedRole}');
    alter group ${group} add user ${user};
    grant ${role} to ${user} with admin option; grant ${listedRole} to ${user};
    grant ${innerRole} to ${role};
    create schema sales;
    create table sales.orders (id integer, note text);
    create view sales.notes as select note from sales.orders;
    create function sales.total(a integer, b varchar) returns integer language sql as 'select 1';
    create procedure sales.tidy() language sql as 'select 1';
    grant usage on schema sales to ${user} with grant option;
    grant temp, create, connect on database ${database.name} to ${user};
    grant select on sales.orders to ${user} with grant option;
    grant insert, update on sales.orders to ${other};
    grant select on sales.notes to public, group ${group};
    grant select (note) on sales.orders to ${user};
    grant execute on function sales.total to ${user};
    grant execute on procedure sales.tidy to ${user};
    grant usage on language sql to ${user};
    alter default privileges for user ${other} in schema sales grant select on tables to ${user};
    alter default privileges for user ${other} grant execute on functions to ${role};
  `);
});

afterAll(async () => {
  await database.drop();
  const client = await sharedPostgres().connect();
  await client.query(`drop role ${[user, other, group, role, listedRole, innerRole].join(', ')}`);
  await client.end();
});

/** What `login`, or the superuser, sees; `columns` in the order asked for. */
async function see(sql: string, login?: string): Promise<unknown[]> {
  const client = await database.connect(login ? { username: login, password } : undefined);
  const { rows } = await client.query<Record<string, unknown>>(sql);
  await client.end();
  return rows.map((row) => Object.values(row));
}

const VIEWS: Readonly<Record<string, string>> = {
  svv_relation_privileges:
    'namespace_name relation_name privilege_type identity_id identity_name identity_type admin_option',
  svv_column_privileges:
    'namespace_name relation_name column_name privilege_type identity_id identity_name identity_type',
  svv_schema_privileges:
    'namespace_name privilege_type identity_id identity_name identity_type admin_option privilege_scope',
  svv_database_privileges:
    'database_name privilege_type identity_id identity_name identity_type admin_option privilege_scope',
  svv_function_privileges:
    'namespace_name function_name argument_types privilege_type identity_id identity_name identity_type admin_option',
  svv_language_privileges:
    'language_name privilege_type identity_id identity_name identity_type admin_option',
  svv_datashare_privileges:
    'datashare_name privilege_type identity_id identity_name identity_type admin_option',
  svv_ml_model_privileges:
    'namespace_name model_name model_version privilege_type identity_id identity_name identity_type admin_option',
  svv_iam_privileges: 'iam_arn command_type identity_id identity_name identity_type',
  svv_default_privileges:
    'schema_name object_type owner_id owner_name owner_type privilege_type grantee_id grantee_name grantee_type admin_option',
  svv_user_grants: 'user_id user_name role_id role_name admin_option',
  svv_role_grants: 'role_id role_name granted_role_id granted_role_name',
  svv_roles: 'role_id role_name role_owner external_id',
  svv_system_privileges: 'system_privilege identity_id identity_name identity_type',
  svv_user_info:
    'user_name user_id createdb superuser catalog_update connection_limit syslog_access last_ddl_timestamp session_timeout external_user_id',
  pg_user_info:
    'usename usesysid usecreatedb usesuper usecatupd passwd valuntil useconfig useconnlimit',
  svv_rls_attached_policy:
    'relschema relname relkind polname grantor grantee granteekind is_pol_on is_rls_on rls_conjunction_type',
  svv_attached_masking_policy:
    'policy_name schema_name table_name table_type grantor grantee grantee_type priority input_columns output_columns',
};

describe('the Redshift stand-in', () => {
  it.each(Object.entries(VIEWS))(
    "has %s with Redshift's columns, open to all",
    async (view, columns) => {
      const client = await database.connect({ username: other, password });
      const { fields } = await client.query(`select * from ${view}`);
      await client.end();

      expect(fields.map(({ name }) => name).join(' ')).toBe(columns);
    },
  );

  it('can be applied again without losing what a test put there', async () => {
    const client = await database.connect();
    await applyStandIn(client);
    const { rows } = await client.query<{ search_path: string }>('show search_path');
    await client.end();

    expect(rows).toEqual([{ search_path: '"$user", public, redshift_stand_in' }]);
    expect(await see('select role_name from stand_in_roles')).toEqual([[listedRole]]);
  });

  it('makes itself known to new sessions of a plain database', async () => {
    const plain = await sharedPostgres().createDatabase({ standIn: false });
    const client = await plain.connect();
    await applyStandIn(client);
    await client.end();

    expect(await plain.query('select count(*)::integer as n from svv_roles')).toEqual([
      { n: expect.any(Number) as number },
    ]);
    await plain.drop();
  });

  it('tells users, groups, roles and PUBLIC apart', async () => {
    const names = [user, group, role, listedRole].map((name) => `'${name}'`).join(', ');

    expect(
      await see(
        `select identity_name, identity_type from stand_in_identities
          where identity_name in (${names}, 'public') order by identity_type, identity_name`,
      ),
    ).toEqual([
      [group, 'group'],
      ['public', 'public'],
      [listedRole, 'role'],
      [role, 'role'],
      [user, 'user'],
    ]);
  });

  it('lists explicit relation privileges, with the grant option', async () => {
    expect(
      await see(
        `select relation_name, privilege_type, identity_name, identity_type, admin_option
           from svv_relation_privileges where namespace_name = 'sales' and identity_name <> 'postgres'
          order by relation_name, identity_type, privilege_type`,
      ),
    ).toEqual([
      ['notes', 'SELECT', group, 'group', false],
      ['notes', 'SELECT', 'public', 'public', false],
      ['orders', 'INSERT', other, 'user', false],
      ['orders', 'SELECT', user, 'user', true],
      ['orders', 'UPDATE', other, 'user', false],
    ]);
  });

  it('keeps the rows of the owner, which a reader has to leave out', async () => {
    expect(
      await see(
        `select distinct identity_name from svv_relation_privileges
          where relation_name = 'orders' and identity_name = current_user`,
      ),
    ).toEqual([[sharedPostgres().superuser.username]]);
  });

  it('lists column privileges apart from those of the table', async () => {
    expect(
      await see(
        `select relation_name, column_name, privilege_type, identity_name, identity_type from svv_column_privileges`,
      ),
    ).toEqual([['orders', 'note', 'SELECT', user, 'user']]);
  });

  it('lists schema privileges and the scoped ones a test adds', async () => {
    await database.query(
      `insert into stand_in_scoped_schema_privileges
         values ('sales', 'SELECT', 1, '${user}', 'user', false, 'TABLES')`,
    );

    expect(
      await see(
        `select namespace_name, privilege_type, admin_option, privilege_scope
           from svv_schema_privileges where identity_name = '${user}' order by privilege_scope`,
      ),
    ).toEqual([
      ['sales', 'USAGE', true, 'SCHEMA'],
      ['sales', 'SELECT', false, 'TABLES'],
    ]);
  });

  it("lists database privileges by Redshift's names", async () => {
    expect(
      await see(
        `select privilege_type, privilege_scope from svv_database_privileges
          where database_name = '${database.name}' and identity_name = '${user}' order by privilege_type`,
      ),
    ).toEqual([
      ['CREATE', 'DATABASE'],
      ['TEMP', 'DATABASE'],
    ]);
  });

  it('lists functions and procedures with their argument types', async () => {
    expect(
      await see(
        `select function_name, argument_types, privilege_type from svv_function_privileges
          where namespace_name = 'sales' and identity_name = '${user}' order by function_name`,
      ),
    ).toEqual([
      ['tidy', '', 'EXECUTE'],
      ['total', 'integer, character varying', 'EXECUTE'],
    ]);
  });

  it('lists language privileges', async () => {
    expect(
      await see(
        `select language_name, privilege_type from svv_language_privileges where identity_name = '${user}'`,
      ),
    ).toEqual([['sql', 'USAGE']]);
  });

  it('lists default privileges, for one schema or for all', async () => {
    expect(
      await see(
        `select schema_name, object_type, owner_name, owner_type, privilege_type, grantee_name, grantee_type
           from svv_default_privileges
          where owner_name = '${other}' and grantee_name <> owner_name and grantee_type <> 'public'
          order by object_type`,
      ),
    ).toEqual([
      [null, 'FUNCTION', other, 'user', 'EXECUTE', role, 'role'],
      ['sales', 'RELATION', other, 'user', 'SELECT', user, 'user'],
    ]);
  });

  it('lists roles, who has them, and which have which', async () => {
    expect(
      await see(`select role_name, admin_option from svv_user_grants where user_name = '${user}'
                  order by admin_option`),
    ).toEqual([
      [listedRole, false],
      [role, true],
    ]);
    expect(
      await see(`select granted_role_name from svv_role_grants where role_name = '${role}'`),
    ).toEqual([[innerRole]]);
    expect(
      await see(`select role_name from svv_roles where role_name in ('${group}', '${role}')`),
    ).toEqual([[role]]);
  });

  it('describes users, with what Postgres has no place for', async () => {
    await database.query(
      `insert into stand_in_user_settings values ('${other}', 'UNRESTRICTED', 600, 'someone@example')`,
    );
    const columns =
      'createdb, superuser, connection_limit, syslog_access, session_timeout, external_user_id';

    expect(await see(`select ${columns} from svv_user_info where user_name = '${user}'`)).toEqual([
      [false, false, '7', 'RESTRICTED', 0, null],
    ]);
    expect(await see(`select ${columns} from svv_user_info where user_name = '${other}'`)).toEqual([
      [true, false, 'UNLIMITED', 'UNRESTRICTED', 600, 'someone@example'],
    ]);
    expect(
      await see(
        `select valuntil::text, useconfig, useconnlimit, passwd from pg_user_info where usename = '${user}'`,
      ),
    ).toEqual([['infinity', ['DateStyle=ISO'], '7', '********']]);
  });

  it('shows a user who is no superuser only what concerns him', async () => {
    const identities = 'select distinct identity_name from svv_relation_privileges order by 1';

    expect(await see(identities, user)).toEqual([[user], ['public'], [group]].sort());
    expect(await see('select user_name from svv_user_info', user)).toEqual([[user]]);
    expect(await see('select usename from pg_user_info', user)).toEqual([]);
    expect(await see('select distinct user_name from svv_user_grants', other)).toEqual([]);
  });
});
