import type { SignInRequest } from '@keyturn/core/adapter';
import { quoteIdentifier, quoteLiteral } from './quoting.js';

// SQL as text; nothing here runs it. Bind parameters occur in SELECT only: Redshift takes them nowhere else. Catalogs,
// views and functions are named with their schema; operators are looked up by the path that `openingStatements` fixes.

/**
 * The system's own schema alone, so that whoever may create objects cannot have his operators, functions or tables taken
 * for the server's. Temporary tables would be searched first if the path did not name them.
 */
export const FIX_SEARCH_PATH = 'SET search_path TO pg_catalog, pg_temp';

/** Back to what the user's sessions begin with. */
export const RESET_SEARCH_PATH = 'RESET search_path';

/** The schema of the views that stand in for Redshift's on PostgreSQL. */
export const STAND_IN_SCHEMA = 'redshift_stand_in';

/** What keyturn has to know about the server and about who has signed in. Works on both dialects. */
export const SELECT_SESSION_FACTS =
  'SELECT pg_catalog.version() AS version, usename AS me, usesuper AS superuser' +
  ' FROM pg_catalog.pg_user WHERE usename = session_user';

/**
 * What PostgreSQL alone can be asked; never sent to Redshift, which knows neither reliably. `stand_in` says whether none
 * but superusers own the stand-in's schema, create objects in it or own one of them; null where there is no such schema.
 */
export const SELECT_POSTGRES_FACTS = `
SELECT pg_catalog.current_setting('max_identifier_length') AS max_name_bytes,
  pg_catalog.current_setting('password_encryption') AS password_encryption,
  (SELECT pg_catalog.bool_and(COALESCE(r.rolsuper, false)) FROM (
    SELECT n.nspowner AS role FROM pg_catalog.pg_namespace n WHERE n.nspname = '${STAND_IN_SCHEMA}'
    UNION ALL
    SELECT a.grantee FROM pg_catalog.pg_namespace n CROSS JOIN LATERAL pg_catalog.aclexplode(n.nspacl) a
    WHERE n.nspname = '${STAND_IN_SCHEMA}' AND a.privilege_type = 'CREATE'
    UNION ALL
    SELECT c.relowner FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = '${STAND_IN_SCHEMA}'
  ) w LEFT JOIN pg_catalog.pg_roles r ON r.oid = w.role) AS stand_in`.trim();

/** One user by name. The row's own name must be compared: a server may cut or fold what it is asked for. */
export const SELECT_USER =
  'SELECT usename AS name, usesuper AS superuser, valuntil AS valid_until' +
  ' FROM pg_catalog.pg_user WHERE usename = $1';

/**
 * The identity provider's id of a user, where there is one, and its limit of sessions; `views` is the schema of the SVV
 * views.
 */
export function selectUserInfo(views: string): string {
  return `SELECT external_user_id AS external_id, connection_limit FROM ${views}.svv_user_info WHERE user_name = $1`;
}

/** How many sessions a user has, on Redshift, where everybody sees their own. */
export const SELECT_SESSIONS =
  'SELECT pg_catalog.count(*) AS sessions FROM pg_catalog.stv_sessions WHERE user_name = $1';

/** `verifier` is a hash form, never a clear password. */
export function createUser(user: string, verifier: string): string {
  return `CREATE USER ${quoteIdentifier(user)} PASSWORD ${quoteLiteral(verifier)}`;
}

/** Who is locked after wrong passwords; superusers of Redshift may ask, and other servers do not know it. */
export const SHOW_LOCKOUT = 'SHOW USER LOCKOUT';

/** How many wrong passwords in a row lock a user. */
export const SHOW_LOCKOUT_LIMIT = 'SHOW max_failed_login_attempts';

/**
 * `verifier` is a hash form, never a clear password. Changes nothing else, the expiry included. `unlock` is the
 * documented form that also lets a locked user sign in again.
 */
export function setPassword(user: string, verifier: string, unlock = false): string {
  const what = unlock ? 'LOGIN PASSWORD' : 'PASSWORD';
  return `ALTER USER ${quoteIdentifier(user)} ${what} ${quoteLiteral(verifier)}`;
}

export function dropUser(user: string): string {
  return `DROP USER ${quoteIdentifier(user)}`;
}

/**
 * What a session begins with, in one message and so one round trip. The path comes first. A session that runs a user's own
 * checks gets the time-out alone; any other one is made independent of what is set for its user or its database: in
 * PostgreSQL they may sign the user in as another role, read-only, with a time-out for locks, or end idle sessions.
 * The time is in milliseconds; on Redshift it includes waiting in a queue.
 * @param serverVersion as the server has announced it; where it is unknown, what all servers understand
 */
export function openingStatements(
  {
    purpose = 'administration',
    statementTimeoutMs,
  }: Pick<SignInRequest, 'purpose' | 'statementTimeoutMs'>,
  serverVersion = '',
): string {
  const timeout = `SET statement_timeout TO ${Math.max(1, Math.floor(statementTimeoutMs))}`;
  if (purpose === 'checks') return timeout;
  const major = Number.parseInt(serverVersion, 10) || 0;
  const since = (first: number, statement: string) => (major >= first ? [statement] : []);
  return [
    FIX_SEARCH_PATH,
    timeout,
    'SET DateStyle TO ISO',
    // Redshift says that it is 8.0.2, and knows none of these reliably.
    ...since(FIRST_POSTGRES, 'SET ROLE NONE'),
    ...since(FIRST_POSTGRES, 'SET default_transaction_read_only TO off'),
    ...since(FIRST_POSTGRES, 'SET lock_timeout TO 0'),
    ...since(14, 'SET idle_session_timeout TO 0'),
    ...since(17, 'SET transaction_timeout TO 0'),
  ].join('; ');
}

/** The oldest version that is taken for PostgreSQL itself. */
const FIRST_POSTGRES = 9;
