import type { TestDatabase } from '@keyturn/testkit/postgres';

/** Roles belong to the whole server, where other tests change theirs; these are of one pair and its groups. */
const ROLES = (user: string) => `(select oid from pg_authid where rolname like '${user}%')`;

/** What a statement about permissions could change. A password is compared by its hash. */
const catalogs = (user: string): readonly string[] => [
  'select oid, relname, relowner, relacl::text from pg_class where oid >= 16384',
  'select attrelid, attname, attacl::text from pg_attribute where attacl is not null',
  'select oid, nspname, nspowner, nspacl::text from pg_namespace',
  'select oid, proname, proowner, proacl::text from pg_proc where oid >= 16384',
  'select oid, lanname, lanacl::text from pg_language',
  'select oid, defaclrole, defaclnamespace, defaclobjtype, defaclacl::text from pg_default_acl',
  'select datname, datdba, datacl::text from pg_database where datname = current_database()',
  `select * from pg_db_role_setting where setrole in ${ROLES(user)}`,
  `select rolname, rolcreatedb, rolconnlimit, rolvaliduntil, md5(rolpassword) from pg_authid
     where oid in ${ROLES(user)}`,
  `select roleid, member, admin_option from pg_auth_members where member in ${ROLES(user)}`,
];

/** The catalogs of a database, and what the server knows of the users whose names begin like that. */
export async function catalogsOf(database: TestDatabase, user: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const select of catalogs(user)) {
    const rows = await database.query<object>(select);
    lines.push(...rows.map((row) => JSON.stringify(row)).sort());
  }
  return lines;
}

/** The statements that a plan shows, as somebody would copy them from the screen. */
export function statementsOn(screen: string): readonly string[] {
  return [...screen.matchAll(/^ {4}\S.*(?:\n {6}.*)*;$/gm)].map(([text]) =>
    text
      .trim()
      .replace(/;$/, '')
      .replace(/\n {6}/g, ' '),
  );
}
