import type { LockBook } from './lock-book.js';
import { textResult } from './messages.js';

/** The columns of `SHOW USER LOCKOUT`, as its page in Redshift's guide lists them. */
const COLUMNS = [
  'user_name',
  'is_locked',
  'lock_reason',
  'locked_at',
  'last_failed_at',
  'failed_login_attempts',
  'locked_by',
];

/** The answer to a question about the lock rule, which the server behind the gate does not know; else undefined. */
export function answerLockoutQuery(sql: string, book: LockBook): Buffer | undefined {
  if (/^\s*show\s+max_failed_login_attempts\s*;?\s*$/i.test(sql)) {
    return textResult(['max_failed_login_attempts'], [[String(book.rule.limit)]], 'SHOW');
  }
  if (!/^\s*show\s+user\s+lockout\s*;?\s*$/i.test(sql)) return undefined;
  const rows = book.users.map(([user, { failed, locked }]) => [
    user,
    locked === undefined ? 'f' : 't',
    locked ?? null,
    locked === undefined ? null : '2026-01-01 00:00:00',
    failed === 0 ? null : '2026-01-01 00:00:00',
    String(failed),
    null,
  ]);
  return textResult(COLUMNS, rows, 'SHOW');
}

/** Which user a statement locks or unlocks, if the server takes it. */
export function unlockedBy(
  sql: string,
): { readonly user: string; readonly lock: boolean } | undefined {
  const [, quoted, what] =
    /^\s*alter\s+user\s+"((?:[^"]|"")+)"\s+(login\s+password|nologin)\b/i.exec(sql) ?? [];
  if (quoted === undefined || what === undefined) return undefined;
  return { user: quoted.replaceAll('""', '"'), lock: /^nologin/i.test(what) };
}
