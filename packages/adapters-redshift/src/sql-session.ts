import type { VerifierKind } from './password-verifier.js';

/** A row as the server wrote it: every value is text, or null. */
export type SqlRow = Readonly<Record<string, string | null>>;

/** A connection that runs SQL. Checks get one through `session.query`. */
export interface SqlSession {
  /**
   * Runs one statement and gives its rows. Parameters are for SELECT only.
   * @throws `DatabaseError`; without any secret in it
   */
  query<Row extends SqlRow = SqlRow>(
    sql: string,
    parameters?: readonly string[],
  ): Promise<readonly Row[]>;
}

/** A connection of one's own. */
export interface SqlConnection extends SqlSession {
  /** How its user was asked for the password that was accepted; absent where that is not known. */
  readonly asked?: VerifierKind | undefined;
  /** Ends it. Never throws; safe to repeat. */
  close(): Promise<void>;
}
