import type { Client } from 'pg';
import type { Redact } from '../errors/redactor.js';
import { statementError } from '../errors/statement-error.js';
import type { GuardedStream } from './guarded-stream.js';
import type { SqlConnection, SqlRow } from '../sql-session.js';

/** How long the server's own time-out may take to arrive before the connection is given up. */
const GRACE_MS = 500;
/** How long a farewell may take. */
const FAREWELL_MS = 500;

/** What a {@link pgConnection} is made of. */
export interface PgConnectionOptions {
  /** Signed in. */
  readonly client: Client;
  /** What the client speaks through. */
  readonly stream: Pick<GuardedStream, 'beginStatement' | 'destroy' | 'accepted'>;
  readonly statementTimeoutMs: number;
  /** For all statements after the first together. Default: no bound. */
  readonly sessionTimeoutMs?: number | undefined;
  readonly redact: Redact;
}

/** A signed-in driver's client as a {@link SqlConnection}: every answer in time, every error keyturn's own. */
export function pgConnection(options: PgConnectionOptions): SqlConnection {
  const { client, stream, statementTimeoutMs, sessionTimeoutMs = Infinity, redact } = options;
  const destroy = (): void => void stream.destroy();
  let ending: Promise<void> | undefined;
  /** When the session's time is over; the first statement is part of signing in. */
  let ends: number | undefined;

  return {
    asked: stream.accepted,
    async query<Row extends SqlRow>(sql: string, parameters: readonly string[] = []) {
      const left = (ends ?? Infinity) - performance.now();
      if (left <= 0) {
        destroy();
        throw statementError({ error: undefined, sql, timedOut: true, redact });
      }
      let timedOut = false;
      // The server counts, too, but a server that is gone does not.
      const timer = setTimeout(
        () => {
          timedOut = true;
          destroy();
        },
        Math.min(statementTimeoutMs + GRACE_MS, left),
      );
      stream.beginStatement();
      try {
        const result: unknown = await client.query<Row>(sql, [...parameters]);
        // Several statements in one text give a list.
        const last = (Array.isArray(result) ? result.at(-1) : result) as { rows: Row[] };
        return last.rows;
      } catch (error) {
        throw statementError({ error, sql, timedOut, redact });
      } finally {
        clearTimeout(timer);
        ends ??= performance.now() + sessionTimeoutMs;
      }
    },
    close: () => (ending ??= end(client, destroy)),
  };
}

/**
 * What takes the place of a connection where the server accepted the password and then had no place for another session
 * of this user. The sign-in has proved the password; whatever else is asked of the session throws.
 */
export function noPlace(error: Error, asked: SqlConnection['asked']): SqlConnection {
  return {
    asked,
    query: () => Promise.reject(error),
    close: () => Promise.resolve(),
  };
}

async function end(client: Client, destroy: () => void): Promise<void> {
  const timer = setTimeout(destroy, FAREWELL_MS);
  try {
    await client.end();
  } catch {
    // It was over already.
  } finally {
    clearTimeout(timer);
    destroy();
  }
}
