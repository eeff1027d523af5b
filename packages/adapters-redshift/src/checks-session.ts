import type { SqlConnection, SqlRow, SqlSession } from './sql-session.js';
import { FIX_SEARCH_PATH, RESET_SEARCH_PATH } from './statements.js';

/** One connection, seen with two search paths. */
export interface PathViews {
  /** For a user's own statements: the path is the one the user's sessions begin with. */
  readonly own: SqlSession;
  /** For what keyturn itself asks: the path is fixed. */
  readonly fixed: SqlSession;
}

/**
 * A connection that begins with the user's own path, for checks. Should keyturn be asked something over it as well, the
 * path is changed before and back again after, which costs a round trip each and happens to custom checks alone.
 */
export function bothPaths(connection: SqlConnection): PathViews {
  let path = RESET_SEARCH_PATH;
  const under = (wanted: string): SqlSession => ({
    async query<Row extends SqlRow>(sql: string, parameters?: readonly string[]) {
      if (path !== wanted) {
        await connection.query(wanted);
        path = wanted;
      }
      return connection.query<Row>(sql, parameters);
    },
  });
  return { own: under(RESET_SEARCH_PATH), fixed: under(FIX_SEARCH_PATH) };
}
