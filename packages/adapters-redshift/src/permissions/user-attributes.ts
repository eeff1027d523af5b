import { parseValidUntil } from '../parse-valid-until.js';
import type { SqlSession } from '../sql-session.js';
import { parseTextArray } from './text-array.js';
import { isTrue } from './rows.js';

/** What belongs to a user besides permissions. */
export interface UserAttributes {
  readonly createDatabases: boolean;
  readonly syslogUnrestricted: boolean;
  /** `UNLIMITED` or a number. */
  readonly connectionLimit: string;
  /** Seconds; `0` for none. */
  readonly sessionTimeout: string;
  /** Epoch milliseconds; Infinity for never. */
  readonly validUntil: number;
  /** `name=value`, as the server keeps them. */
  readonly settings: readonly string[];
}

const selectInfo = (views: string): string =>
  `SELECT createdb, connection_limit, syslog_access, session_timeout FROM ${views}.svv_user_info` +
  ' WHERE user_name = $1';
const SELECT_USER = 'SELECT valuntil, useconfig FROM pg_catalog.pg_user WHERE usename = $1';

/** Reads them: SVV_USER_INFO and PG_USER. */
export async function readUserAttributes(
  sql: SqlSession,
  user: string,
  views: string,
): Promise<UserAttributes | undefined> {
  const [info] = await sql.query(selectInfo(views), [user]);
  const [row] = await sql.query(SELECT_USER, [user]);
  if (info === undefined || row === undefined) return undefined;
  return {
    createDatabases: isTrue(info['createdb']),
    syslogUnrestricted: info['syslog_access']?.toUpperCase() === 'UNRESTRICTED',
    connectionLimit: info['connection_limit'] ?? 'UNLIMITED',
    sessionTimeout: info['session_timeout'] ?? '0',
    validUntil: parseValidUntil(row['valuntil'] ?? null),
    settings: parseTextArray(row['useconfig'] ?? '{}'),
  };
}
