import { DatabaseError } from '@keyturn/core';
import { cutText } from './errors/cut-text.js';

/** Redshift's abstime is UTC and may come without an offset; PostgreSQL's timestamptz always has one. */
const TIMESTAMP =
  /^(\d{4,})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.\d+)?(?: ?(?:UTC|([+-])(\d\d)(?::?(\d\d))?))?$/;

/**
 * When a password ends, out of the text of VALID UNTIL, in epoch milliseconds.
 * @returns Infinity where it never ends
 * @throws `KEYTURN_DATABASE_STATEMENT_FAILED` for anything unreadable, because a guess could let an expired user pass
 */
export function parseValidUntil(value: string | null): number {
  if (value === null || value === 'infinity') return Infinity;
  if (value === '-infinity') return -Infinity;
  const match = TIMESTAMP.exec(value.trim());
  if (match === null) {
    throw new DatabaseError({
      code: 'KEYTURN_DATABASE_STATEMENT_FAILED',
      message: `The server reports VALID UNTIL in a form that cannot be read: ${JSON.stringify(cutText(value))}.`,
      remedy:
        'Let the user that reads it have DateStyle ISO (ALTER USER ... SET datestyle TO ISO).',
    });
  }
  const [, year, month, day, hour, minute, second, sign, offsetHours, offsetMinutes] = match;
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const offset = (Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0)) * 60_000;
  return sign === '-' ? local + offset : local - offset;
}
