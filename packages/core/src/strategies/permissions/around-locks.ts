import { KeyturnError } from '../../errors.js';
import type { DatabaseSession, SessionBounds } from '../../ports/database-admin.js';

/** What {@link AroundLocks} needs to get at a database. */
export interface LocksRequest {
  readonly database: string;
  /** Signs in once more where statements must be short; the session is closed by `close`. */
  openDatabase(name: string, bounds: SessionBounds): Promise<DatabaseSession>;
  timeLeftMs(): number;
  /** How much of the time that is left others may use up with their locks, from 0 to 1. */
  readonly share: number;
}

/** Statements that run into a time-out before the rest is not even tried. */
const MOST_TIMEOUTS = 12;
/** How many short statements fit into the time that locks may use up. */
const SHORT_ONES = 12;
/** A statement without a lock in its way needs this, in milliseconds. */
const SHORTEST_MS = 500;

/**
 * Changes permissions as far as no lock of others is in the way. Whoever may lock one table must not hold up what is to be
 * changed on all others, nor use up the time that the password needs. So after the first time-out every statement is
 * a short one, about one object, and beyond a share of the time nothing more is tried.
 */
export class AroundLocks {
  readonly #request: LocksRequest;
  readonly #beganWithMs: number;
  #short: DatabaseSession | undefined;
  #timeouts = 0;

  constructor(request: LocksRequest) {
    this.#request = request;
    this.#beganWithMs = request.timeLeftMs();
  }

  /**
   * Runs `work` with all items, and after a time-out with the parts that `divide` gives. Every other error is thrown.
   * @returns what a lock, or the lack of time after one, has kept from being done
   */
  async run<T>(
    session: DatabaseSession,
    items: readonly T[],
    how: {
      divide(items: readonly T[]): readonly (readonly T[])[];
      work(session: DatabaseSession, items: readonly T[]): Promise<void>;
    },
  ): Promise<readonly T[]> {
    if (this.#isOver()) return items;
    const using = this.#timeouts === 0 ? session : await this.#openShort();
    try {
      await how.work(using, items);
      return [];
    } catch (error) {
      if (!KeyturnError.is(error, 'KEYTURN_DATABASE_TIMEOUT')) throw error;
    }
    this.#timeouts += 1;
    const parts = how.divide(items);
    if (parts.length <= 1) return items;
    const left: T[] = [];
    for (const part of parts) left.push(...(await this.run(session, part, how)));
    return left;
  }

  /** Closes what was opened. Never throws. */
  async close(): Promise<void> {
    await this.#short?.close();
  }

  #isOver(): boolean {
    if (this.#timeouts === 0) return false;
    const { share } = this.#request;
    return (
      this.#timeouts >= MOST_TIMEOUTS ||
      this.#request.timeLeftMs() < this.#beganWithMs * (1 - share)
    );
  }

  async #openShort(): Promise<DatabaseSession> {
    const { database, share } = this.#request;
    const statementMs = Math.max(SHORTEST_MS, (this.#request.timeLeftMs() * share) / SHORT_ONES);
    return (this.#short ??= await this.#request.openDatabase(database, { statementMs }));
  }
}
