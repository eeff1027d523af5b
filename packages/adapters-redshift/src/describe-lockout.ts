import type { UserLockout } from '@keyturn/core/adapter';
import { messageOf, sqlStateOf } from './errors/sanitise-cause.js';
import { isTrue } from './permissions/rows.js';
import type { SqlRow, SqlSession } from './sql-session.js';
import { SHOW_LOCKOUT, SHOW_LOCKOUT_LIMIT } from './statements.js';

/** How a server says that it has never heard of a command or a parameter: a syntax error, an unknown parameter. */
const NO_SUCH_COMMAND: readonly string[] = ['42601', '42704', '0A000'];

/**
 * What the server says about wrong passwords of a user. A server that does not know the command has no such rule;
 * whoever may not run it learns nothing, and nothing is concluded from that.
 */
export async function describeLockout(sql: SqlSession, user: string): Promise<UserLockout> {
  let rows: readonly SqlRow[];
  try {
    rows = await sql.query(SHOW_LOCKOUT);
  } catch (error) {
    const state = sqlStateOf(error) ?? '';
    if (NO_SUCH_COMMAND.includes(state)) return { kind: 'no-rule' };
    // A connection that broke is found out by the next statement.
    return { kind: 'unknown', reason: `SHOW USER LOCKOUT failed: [${state}] ${messageOf(error)}` };
  }
  const limit = await readLimit(sql);
  const row = rows.find((each) => (each['user_name'] ?? '').trimEnd() === user);
  return { kind: 'known', ...(row === undefined ? NOTHING : read(row)), limit };
}

const NOTHING = { locked: undefined, failedSignIns: 0 } as const;

function read(row: SqlRow) {
  const manual = /manual/i.test(row['lock_reason'] ?? '');
  // A lock whose reason is not known is not keyturn's to open.
  const automatic = /automatic/i.test(row['lock_reason'] ?? '');
  const locked = !isTrue(row['is_locked'])
    ? undefined
    : automatic && !manual
      ? ('automatic' as const)
      : ('manual' as const);
  const failedSignIns = Number(row['failed_login_attempts'] ?? 0);
  return {
    locked,
    failedSignIns: Number.isSafeInteger(failedSignIns) ? failedSignIns : 0,
    lockedAt: row['locked_at'] ?? undefined,
  };
}

async function readLimit(sql: SqlSession): Promise<number | undefined> {
  try {
    const [row] = await sql.query(SHOW_LOCKOUT_LIMIT);
    const limit = Number(Object.values(row ?? {})[0] ?? NaN);
    return Number.isSafeInteger(limit) && limit > 0 ? limit : undefined;
  } catch {
    return undefined;
  }
}
