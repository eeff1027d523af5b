import { InvalidInputError, type DatabaseSession, type VerificationCheck } from '@keyturn/core';
import type { SqlSession } from './sql-session.js';

/** What a {@link queryCheck} runs, and what it expects. */
export interface QueryCheckOptions {
  /** Shown in reports and errors. */
  readonly name: string;
  /** One statement that reads; not empty. It runs in a read-only transaction that is always rolled back. */
  readonly sql: string;
  /** Whether at least one row must come back. Default false: it is enough that the statement succeeds. */
  readonly expectRows?: boolean;
}

/**
 * A check that runs a query as the user whose password is new. Safe to repeat.
 * @throws `KEYTURN_INVALID_SETTING` for SQL that holds no statement, which would pass whatever the user may read
 *
 * @example
 * queryCheck({ name: 'orders are readable', sql: 'select 1 from sales.orders limit 1' })
 */
export function queryCheck({
  name,
  sql,
  expectRows = false,
}: QueryCheckOptions): VerificationCheck {
  if (holdsNothing(sql)) throw empty(name);
  return {
    name,
    async verify(subject) {
      const session = await subject.signIn();
      if (!runsSql(session)) throw new TypeError('the database adapter in use runs no SQL');
      await session.query('BEGIN READ ONLY');
      try {
        const rows = await session.query(sql);
        if (expectRows && rows.length === 0) throw new Error('the query gives no rows');
      } finally {
        // Where even this fails, what went wrong before is what counts.
        await session.query('ROLLBACK').catch(() => undefined);
      }
    },
  };
}

/** Nothing but blanks, semicolons and comments. */
function holdsNothing(sql: string): boolean {
  const text = sql.replaceAll(/--[^\n]*/g, '').replaceAll(/\/\*.*?\*\//gs, '');
  return /^[\s;]*$/.test(text);
}

function empty(name: string): InvalidInputError {
  return new InvalidInputError({
    code: 'KEYTURN_INVALID_SETTING',
    field: 'sql',
    message: `The query check ${JSON.stringify(name)} has no statement to run.`,
    remedy:
      "Give it one that reads what the application needs, such as 'select 1 from orders limit 1'.",
  });
}

function runsSql(session: DatabaseSession): session is DatabaseSession & SqlSession {
  return typeof (session as Partial<SqlSession>).query === 'function';
}
