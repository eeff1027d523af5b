import { sqlStateOf } from '../errors/sanitise-cause.js';
import type { SqlSession } from '../sql-session.js';
import { text } from './rows.js';

const SELECT =
  "SELECT database_name AS name FROM svv_redshift_databases WHERE database_type = 'local'";
const SELECT_CATALOG = 'SELECT datname AS name FROM pg_database';
const SELECT_HERE = 'SELECT current_database() AS name';

/** The server's own. */
const NOT_FOR_USERS = ['template0', 'template1', 'padb_harvest', 'sys:internal'];

/** The cluster's own databases; on PostgreSQL those that the stand-in counts as one cluster. */
export async function listDatabases(
  sql: SqlSession,
  dialect: 'redshift' | 'postgres',
): Promise<readonly string[]> {
  const names = (await select(sql, dialect)).map((row) => text(row, 'name'));
  return names.filter((name) => !NOT_FOR_USERS.includes(name));
}

async function select(sql: SqlSession, dialect: 'redshift' | 'postgres') {
  try {
    return await sql.query(SELECT);
  } catch (error) {
    if (sqlStateOf(error) !== '42P01') throw error;
    return sql.query(dialect === 'redshift' ? SELECT_CATALOG : SELECT_HERE);
  }
}
