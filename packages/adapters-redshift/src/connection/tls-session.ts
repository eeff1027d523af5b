/** A TLS session, and when the certificate behind it was last verified (epoch milliseconds). */
export interface KeptSession {
  readonly session: Buffer;
  readonly verifiedAt: number;
}

/**
 * Long enough for a rotation and its retries. A resumed session does not look at the certificate again, so it must
 * not be resumed for ever.
 */
const KEPT_MS = 300_000;

/**
 * The last TLS session with one server, by one name, under one set of TLS settings, and only for those: the server's
 * certificate is verified when a session begins, and not when it is resumed.
 */
export class TlsSession {
  readonly #now: () => number;
  #kept: KeptSession | undefined;
  #refused = false;

  /** @param now epoch milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The session to resume; undefined where there is none, or where it is time to verify again. */
  offer(): KeptSession | undefined {
    const age = this.#now() - (this.#kept?.verifiedAt ?? -Infinity);
    return age >= 0 && age < KEPT_MS ? this.#kept : undefined;
  }

  /**
   * Keeps a session of a connection whose certificate was verified.
   * @param resumed the session that it was resumed from, whose age it inherits; undefined after a verification
   */
  keep(session: Buffer, resumed: KeptSession | undefined): void {
    if (this.#refused) return;
    this.#kept = { session, verifiedAt: resumed?.verifiedAt ?? this.#now() };
  }

  /** The server cannot go on from a session, so none is kept any more. */
  refuse(): void {
    this.#refused = true;
    this.#kept = undefined;
  }
}
