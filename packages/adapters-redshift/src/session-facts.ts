import { dialectOf, type Dialect } from './dialect.js';
import { verifierKind, type VerifierKind } from './password-verifier.js';
import { isTrue, text } from './permissions/rows.js';
import { REDSHIFT_PROFILE } from './profile.js';
import type { SqlSession } from './sql-session.js';
import { SELECT_POSTGRES_FACTS, SELECT_SESSION_FACTS, STAND_IN_SCHEMA } from './statements.js';

/** What a session knows about the server and itself. */
export interface SessionFacts {
  readonly dialect: Dialect;
  /** Who has signed in, as the server reports it. */
  readonly me: string;
  readonly superuser: boolean;
  /** Longer names are cut by this server. */
  readonly maxNameBytes: number;
  /** The form in which this server is sent passwords. */
  readonly verifier: VerifierKind;
  /** The schema of the SVV views. */
  readonly views: 'pg_catalog' | typeof STAND_IN_SCHEMA;
  /** Why views that are there are not read; undefined where nothing is wrong with them. */
  readonly viewsProblem?: string;
}

/** Asks the server: one round trip on Redshift, two on PostgreSQL. */
export async function readSessionFacts(sql: SqlSession): Promise<SessionFacts> {
  const [first] = await sql.query(SELECT_SESSION_FACTS);
  if (first === undefined) throw new TypeError('pg_user does not list the current user');
  const dialect = dialectOf(text(first, 'version'));
  const common = { dialect, me: text(first, 'me'), superuser: isTrue(first['superuser']) };
  if (dialect === 'redshift') {
    const maxNameBytes = REDSHIFT_PROFILE.maxUserNameBytes;
    return { ...common, maxNameBytes, verifier: verifierKind(dialect, ''), views: 'pg_catalog' };
  }
  const [row = {}] = await sql.query(SELECT_POSTGRES_FACTS);
  return {
    ...common,
    maxNameBytes: Number(text(row, 'max_name_bytes')),
    verifier: verifierKind(dialect, text(row, 'password_encryption')),
    ...viewsOf(row['stand_in'] ?? null),
  };
}

/** Views that somebody else could have written may show anything, and run anything as whoever reads them. */
function viewsOf(standIn: string | null): Pick<SessionFacts, 'views' | 'viewsProblem'> {
  if (isTrue(standIn)) return { views: STAND_IN_SCHEMA };
  if (standIn === null) return { views: 'pg_catalog' };
  const viewsProblem = `the schema ${STAND_IN_SCHEMA} is not in the hands of superusers alone, so it was not read`;
  return { views: 'pg_catalog', viewsProblem };
}
