/** What the clone must be able, or unable, to do because of what its original was given. `$U` is the original. */
export interface FidelityCheck {
  readonly name: string;
  /** Run as the superuser before the rotation. */
  readonly given: string;
  /** Run as the clone. */
  readonly statement: string;
  readonly allowed: boolean;
}

const TABLES = [
  { label: 'a table', name: 'm.plain', key: 'plain' },
  { label: 'a table with quotes in its name', name: `m."it's ""quoted"""`, key: 'quoted' },
  { label: 'a table with upper case in its name', name: 'm."Upper Case"', key: 'upper' },
  { label: 'a table named like a keyword', name: 'm."select"', key: 'keyword' },
  { label: 'a table beyond ASCII', name: 'm."größe 羊"', key: 'unicode' },
] as const;

const ATTEMPTS: Readonly<Record<string, (table: string) => string>> = {
  SELECT: (t) => `SELECT * FROM ${t}`,
  INSERT: (t) => `INSERT INTO ${t} VALUES (1, 2)`,
  UPDATE: (t) => `UPDATE ${t} SET id = 1`,
  DELETE: (t) => `DELETE FROM ${t}`,
  TRUNCATE: (t) => `TRUNCATE ${t}`,
};

const named = (table: string, suffix: string): string =>
  table.endsWith('"') ? `${table.slice(0, -1)}_${suffix}"` : `${table}_${suffix}`;

/** Every privilege on every kind of name: granted it works, and no other comes with it. */
const onTables: FidelityCheck[] = TABLES.flatMap(({ label, name }) =>
  Object.entries(ATTEMPTS).flatMap(([privilege, attempt]): FidelityCheck[] => {
    const table = named(name, privilege.toLowerCase());
    const other = privilege === 'SELECT' ? 'TRUNCATE' : 'SELECT';
    return [
      {
        name: `${privilege} on ${label}`,
        given: `CREATE TABLE ${table} (id int, other int); GRANT ${privilege} ON ${table} TO $U`,
        statement: attempt(table),
        allowed: true,
      },
      {
        name: `no ${other} where ${label} is open to ${privilege} alone`,
        given: '',
        statement: ATTEMPTS[other]?.(table) ?? '',
        allowed: false,
      },
    ];
  }),
);

const check = (name: string, given: string, statement: string, allowed = true): FidelityCheck => ({
  name,
  given,
  statement,
  allowed,
});

const others: FidelityCheck[] = [
  check(
    'SELECT on a view',
    'CREATE VIEW m.v AS SELECT 1 AS x; GRANT SELECT ON m.v TO $U',
    'SELECT * FROM m.v',
  ),
  check(
    'SELECT on a materialized view',
    'CREATE MATERIALIZED VIEW m.mv AS SELECT 1 AS x; GRANT SELECT ON m.mv TO $U',
    'SELECT * FROM m.mv',
  ),
  check(
    'no SELECT on the storage of a materialized view',
    'CREATE TABLE m.mv_tbl__x__0 (id int); GRANT SELECT ON m.mv_tbl__x__0 TO $U',
    'SELECT * FROM m.mv_tbl__x__0',
    false,
  ),
  check(
    'a grant option on a table',
    'CREATE TABLE m.passed (id int); GRANT SELECT ON m.passed TO $U WITH GRANT OPTION',
    'GRANT SELECT ON m.passed TO PUBLIC',
  ),
  check(
    'SELECT on one column',
    'CREATE TABLE m.cols (a int, b int); GRANT SELECT (a) ON m.cols TO $U',
    'SELECT a FROM m.cols',
  ),
  check('no SELECT on the other column', '', 'SELECT b FROM m.cols', false),
  check('UPDATE of one column', 'GRANT UPDATE (b) ON m.cols TO $U', 'UPDATE m.cols SET b = 1'),
  check(
    'a column with quotes in its name',
    `CREATE TABLE m.qcols ("a ""b" int, c int); GRANT SELECT ("a ""b") ON m.qcols TO $U`,
    'SELECT "a ""b" FROM m.qcols',
  ),
  check(
    'EXECUTE on a function',
    `CREATE FUNCTION m.f(int, varchar) RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE ALL ON FUNCTION m.f FROM PUBLIC; GRANT EXECUTE ON FUNCTION m.f TO $U`,
    `SELECT m.f(1, 'x')`,
  ),
  check(
    'no EXECUTE on its overload',
    `CREATE FUNCTION m.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE ALL ON FUNCTION m.f(int) FROM PUBLIC`,
    'SELECT m.f(1)',
    false,
  ),
  check(
    'EXECUTE on a procedure',
    `CREATE PROCEDURE m.p() LANGUAGE sql AS 'SELECT 1'; REVOKE ALL ON PROCEDURE m.p FROM PUBLIC; GRANT EXECUTE ON PROCEDURE m.p TO $U`,
    'CALL m.p()',
  ),
  check(
    'EXECUTE on a function without arguments',
    `CREATE FUNCTION m.g() RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE ALL ON FUNCTION m.g FROM PUBLIC; GRANT EXECUTE ON FUNCTION m.g TO $U`,
    'SELECT m.g()',
  ),
  check(
    'USAGE of an empty schema',
    'CREATE SCHEMA m_empty; GRANT USAGE ON SCHEMA m_empty TO $U',
    `SELECT 1 / has_schema_privilege('m_empty', 'USAGE')::int`,
  ),
  check(
    'CREATE in a schema',
    'CREATE SCHEMA m_create; GRANT USAGE, CREATE ON SCHEMA m_create TO $U',
    'CREATE TABLE m_create.t (id int)',
  ),
  check(
    'no CREATE in a schema that is only open to use',
    '',
    'CREATE TABLE m_empty.t (id int)',
    false,
  ),
  check(
    'a schema with quotes in its name',
    'CREATE SCHEMA "m ""q"""; CREATE TABLE "m ""q""".t (id int); GRANT USAGE ON SCHEMA "m ""q""" TO $U; GRANT SELECT ON "m ""q""".t TO $U',
    'SELECT * FROM "m ""q""".t',
  ),
  check(
    'CREATE on the database',
    "DO $$BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO $U', current_database()); END$$",
    'CREATE SCHEMA m_made',
  ),
  check(
    'membership in a group',
    'CREATE GROUP $U_g; CREATE TABLE m.for_group (id int); GRANT SELECT ON m.for_group TO GROUP $U_g; ALTER GROUP $U_g ADD USER $U',
    'SELECT * FROM m.for_group',
  ),
  check(
    'membership in a role',
    'CREATE ROLE role_$U; CREATE TABLE m.for_role (id int); GRANT SELECT ON m.for_role TO role_$U; GRANT role_$U TO $U',
    'SELECT * FROM m.for_role',
  ),
  check(
    'the admin option of a role',
    'CREATE ROLE role_a_$U; GRANT role_a_$U TO $U WITH ADMIN OPTION',
    'GRANT role_a_$U TO $U',
  ),
  check(
    'what another user will make',
    'CREATE SCHEMA m_def; GRANT USAGE ON SCHEMA m_def TO $U; ALTER DEFAULT PRIVILEGES IN SCHEMA m_def GRANT SELECT ON TABLES TO $U',
    `SELECT 1 / count(*) FROM svv_default_privileges WHERE grantee_name = current_user`,
  ),
  check(
    'what others get on what the user will make',
    'ALTER DEFAULT PRIVILEGES FOR USER $U IN SCHEMA m_create GRANT SELECT ON TABLES TO PUBLIC',
    `CREATE TABLE m_create.d (id int); SELECT 1 / count(*) FROM svv_relation_privileges WHERE relation_name = 'd' AND identity_type = 'public'`,
  ),
  check(
    'a search path of several schemas',
    'ALTER USER $U SET search_path TO "$user", m, redshift_stand_in',
    'SELECT * FROM plain_select',
  ),
  check(
    'a time-out of the user',
    'ALTER USER $U SET statement_timeout TO 4321',
    `SELECT 1 / (current_setting('statement_timeout') = '4321ms')::int`,
  ),
  check(
    'the connection limit',
    'ALTER USER $U CONNECTION LIMIT 7',
    `SELECT 1 / (rolconnlimit = 7)::int FROM pg_roles WHERE rolname = current_user`,
  ),
  check(
    'VALID UNTIL',
    `ALTER USER $U VALID UNTIL '2042-07-01 12:00:00+00'`,
    `SELECT 1 / (valuntil = '2042-07-01 12:00:00+00')::int FROM pg_user WHERE usename = current_user`,
  ),
  check(
    'CREATEDB',
    'ALTER USER $U CREATEDB',
    `SELECT 1 / usecreatedb::int FROM pg_user WHERE usename = current_user`,
  ),
  check(
    'no permission on a table that nobody was given',
    'CREATE TABLE m.secret (id int)',
    'SELECT * FROM m.secret',
    false,
  ),
  check(
    'a permission of PUBLIC',
    'CREATE TABLE m.public_t (id int); GRANT SELECT ON m.public_t TO PUBLIC',
    'SELECT * FROM m.public_t',
  ),
];

export const CHECKS: readonly FidelityCheck[] = [...onTables, ...others];
