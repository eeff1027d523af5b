import { DatabaseError } from '@keyturn/core';
import { cutText } from './errors/cut-text.js';
import { REDSHIFT_PROFILE } from './profile.js';

// The one door through which names and values get into SQL text. Redshift reads a backslash within '...' as an
// escape, and E'...' does not exist there, so nothing with a backslash ever passes, whatever the dialect.

/**
 * A name as SQL text, always in double quotes so that its case is kept.
 * @throws `KEYTURN_DATABASE_STATEMENT_FAILED` for a name that cannot be quoted safely on every server
 */
export function quoteIdentifier(name: string): string {
  if (name === '') refuse(name, 'is empty');
  refuseEscapes(name);
  const { maxUserNameBytes } = REDSHIFT_PROFILE;
  if (Buffer.byteLength(name) > maxUserNameBytes) {
    refuse(name, `is longer than ${maxUserNameBytes} bytes`);
  }
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * A value as SQL text. Values that are not keyturn's own go into bind parameters instead.
 * @throws `KEYTURN_DATABASE_STATEMENT_FAILED` for text that cannot be quoted safely on every server
 */
export function quoteLiteral(text: string): string {
  refuseEscapes(text);
  return `'${text.replaceAll("'", "''")}'`;
}

/** What keeps a text out of every statement, such as `contains a backslash`; undefined where nothing does. */
export function quotingProblem(text: string): string | undefined {
  if (text.includes('\\')) return 'contains a backslash';
  // Controls (NUL first of all), halves of surrogate pairs, line and paragraph separators.
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text)) return 'contains a control character';
  return undefined;
}

function refuseEscapes(text: string): void {
  const problem = quotingProblem(text);
  if (problem !== undefined) refuse(text, problem);
}

function refuse(text: string, problem: string): never {
  throw new DatabaseError({
    code: 'KEYTURN_DATABASE_STATEMENT_FAILED',
    message: `${JSON.stringify(cutText(text))} ${problem}, so it was not put into a statement.`,
    remedy: 'Rename it in the database, or leave it out of what this rotation touches.',
  });
}
