import { sqlStateOf } from '../errors/sanitise-cause.js';
import type { SessionFacts } from '../session-facts.js';
import type { SqlSession } from '../sql-session.js';
import { text } from './rows.js';

const select = (views: string): string =>
  `SELECT database_name AS name FROM ${views}.svv_redshift_databases WHERE database_type = 'local'`;
const SELECT_CATALOG = 'SELECT datname AS name FROM pg_catalog.pg_database';
const SELECT_HERE = 'SELECT pg_catalog.current_database() AS name';

/** The server's own. */
const NOT_FOR_USERS = ['template0', 'template1', 'padb_harvest', 'sys:internal'];

/** The cluster's own databases; on PostgreSQL those that the stand-in counts as one cluster. */
export async function listDatabases(
  sql: SqlSession,
  facts: Pick<SessionFacts, 'dialect' | 'views'>,
): Promise<readonly string[]> {
  const names = (await ask(sql, facts)).map((row) => text(row, 'name'));
  return names.filter((name) => !NOT_FOR_USERS.includes(name));
}

async function ask(sql: SqlSession, { dialect, views }: Pick<SessionFacts, 'dialect' | 'views'>) {
  try {
    return await sql.query(select(views));
  } catch (error) {
    if (sqlStateOf(error) !== '42P01') throw error;
    return sql.query(dialect === 'redshift' ? SELECT_CATALOG : SELECT_HERE);
  }
}
