import type { OwnedObject } from '@keyturn/core';
import type { SqlRow, SqlSession } from '../sql-session.js';
import { isSystemSchema, text } from './rows.js';

/** What belongs to one user in this database, databases themselves included. */
export interface OwnedObjects {
  readonly list: readonly OwnedObject[];
  has(type: OwnedObject['type'], container: string, name: string): boolean;
}

/** Nothing belongs to groups, roles and everybody. */
export const NOTHING_OWNED: OwnedObjects = { list: [], has: () => false };

/** The catalogs are read apart from the SVV views, which Redshift does not join with them reliably. */
const SELECT_OWNED = `
SELECT CAST('database' AS varchar) AS kind, d.datname AS container, d.datname AS name
FROM pg_catalog.pg_database d JOIN pg_catalog.pg_user u ON u.usesysid = d.datdba WHERE u.usename = $1
UNION ALL
SELECT CAST('schema' AS varchar), n.nspname, n.nspname
FROM pg_catalog.pg_namespace n JOIN pg_catalog.pg_user u ON u.usesysid = n.nspowner WHERE u.usename = $1
UNION ALL
SELECT CAST('relation' AS varchar), n.nspname, c.relname
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_user u ON u.usesysid = c.relowner
WHERE u.usename = $1 AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
UNION ALL
SELECT CAST('routine' AS varchar), n.nspname, CAST(p.proname AS varchar) || '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')'
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace JOIN pg_catalog.pg_user u ON u.usesysid = p.proowner
WHERE u.usename = $1`.trim();

/** Reads what belongs to a user. Every user may. */
export async function readOwnedObjects(sql: SqlSession, user: string): Promise<OwnedObjects> {
  const rows = await sql.query(SELECT_OWNED, [user]);
  const all = rows.map((row): OwnedObject => ({
    type: text(row, 'kind') as OwnedObject['type'],
    container: text(row, 'container'),
    name: text(row, 'name'),
  }));
  const keys = new Set(all.map(({ type, container, name }) => keyOf(type, container, name)));
  return {
    list: all.filter(({ container }) => !isSystemSchema(container)),
    has: (...parts) => keys.size > 0 && keys.has(keyOf(...parts)),
  };
}

function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

/** The storage of a materialized view, whose permissions are those of the view. */
const MATERIALIZED_STORAGE = 'mv_tbl__';

/** Whether a row is about a relation of the user's own or of the server's. */
export function isOwnedOrInternal(row: SqlRow, owned: OwnedObjects): boolean {
  const schema = text(row, 'namespace_name');
  const relation = text(row, 'relation_name');
  if (isSystemSchema(schema) || relation.startsWith(MATERIALIZED_STORAGE)) return true;
  return owned.has('relation', schema, relation);
}
