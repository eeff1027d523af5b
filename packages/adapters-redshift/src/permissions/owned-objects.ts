import type { SqlSession } from '../sql-session.js';

/** What belongs to one user in this database, databases themselves included. */
export interface OwnedObjects {
  has(kind: 'database' | 'schema' | 'relation', container: string, name: string): boolean;
}

/** The catalogs are read apart from the SVV views, which Redshift does not join with them reliably. */
const SELECT_OWNED = `
SELECT CAST('database' AS varchar) AS kind, d.datname AS container, d.datname AS name
FROM pg_database d JOIN pg_user u ON u.usesysid = d.datdba WHERE u.usename = $1
UNION ALL
SELECT CAST('schema' AS varchar), n.nspname, n.nspname
FROM pg_namespace n JOIN pg_user u ON u.usesysid = n.nspowner WHERE u.usename = $1
UNION ALL
SELECT CAST('relation' AS varchar), n.nspname, c.relname
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_user u ON u.usesysid = c.relowner
WHERE u.usename = $1`.trim();

/** Reads what belongs to a user. Every user may. */
export async function readOwnedObjects(sql: SqlSession, user: string): Promise<OwnedObjects> {
  const rows = await sql.query(SELECT_OWNED, [user]);
  const keys = new Set(rows.map(({ kind, container, name }) => keyOf(kind, container, name)));
  return { has: (...parts) => keys.has(keyOf(...parts)) };
}

function keyOf(...parts: readonly (string | null | undefined)[]): string {
  return JSON.stringify(parts);
}
