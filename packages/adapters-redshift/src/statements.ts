import { quoteIdentifier, quoteLiteral } from './quoting.js';

// SQL as text; nothing here runs it. Bind parameters occur in SELECT only: Redshift takes them nowhere else.

/** What keyturn has to know about the server and about who has signed in. Works on both dialects. */
export const SELECT_SESSION_FACTS =
  'SELECT version() AS version, usename AS me, usesuper AS superuser' +
  ' FROM pg_user WHERE usename = current_user';

/** What PostgreSQL alone can be asked; never sent to Redshift, which knows neither reliably. */
export const SELECT_POSTGRES_FACTS =
  "SELECT current_setting('max_identifier_length') AS max_name_bytes," +
  " current_setting('password_encryption') AS password_encryption";

/** One user by name. The row's own name must be compared: a server may cut or fold what it is asked for. */
export const SELECT_USER =
  'SELECT usename AS name, usesuper AS superuser, valuntil AS valid_until' +
  ' FROM pg_user WHERE usename = $1';

/** The identity provider's id of a user, where there is one. */
export const SELECT_EXTERNAL_ID =
  'SELECT external_user_id AS external_id FROM svv_user_info WHERE user_name = $1';

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

/** Milliseconds; on Redshift they include waiting in a queue. */
export function setStatementTimeout(milliseconds: number): string {
  return `SET statement_timeout TO ${Math.max(1, Math.floor(milliseconds))}`;
}
