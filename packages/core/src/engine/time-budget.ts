import type { ResolvedSettings } from '../domain/rotation-settings.js';
import { KeyturnError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { SessionBounds, SignInRequest } from '../ports/database-admin.js';

/** How much of a step's time is kept back when a connection is opened, in milliseconds. */
const RESERVE_MS = 2_000;

/** The settings that limit a step's time, and connections within it. */
export type TimeSettings = Pick<
  ResolvedSettings,
  'minimumTimeMs' | 'connectTimeoutMs' | 'statementTimeoutMs' | 'maxMessageBytes' | 'maxResultBytes'
>;

/** What one connection may take; see {@link SignInRequest}. */
export type ConnectionLimits = Omit<TimeSettings, 'minimumTimeMs'> &
  Pick<SignInRequest, 'sessionTimeoutMs'>;

/** What is left of the time of one step. */
export class TimeBudget {
  readonly #clock: Clock;
  readonly #deadline: number;
  readonly #settings: TimeSettings;

  constructor(clock: Clock, deadline: number | undefined, settings: TimeSettings) {
    this.#clock = clock;
    this.#deadline = deadline ?? Infinity;
    this.#settings = settings;
  }

  /** Milliseconds until the step must have ended; Infinity where nobody said. */
  remaining(): number {
    return this.#deadline - this.#clock.now();
  }

  /** Throws `KEYTURN_OUT_OF_TIME` unless so many milliseconds are left. Called before a password is changed. */
  require(milliseconds = this.#settings.minimumTimeMs): void {
    if (this.remaining() < milliseconds) throw outOfTime();
  }

  /** How long checks may take that have no limit of their own, in milliseconds. */
  forChecks(): number {
    return Math.max(1, this.remaining() - RESERVE_MS);
  }

  /**
   * How long a connection may take to stand, and each of its statements to run, in milliseconds; and how much the server
   * may say, in bytes.
   */
  forConnection({
    statementMs = Infinity,
    connectMs = statementMs,
    sessionMs,
  }: Partial<SessionBounds> = {}): ConnectionLimits {
    const left = this.remaining() - RESERVE_MS;
    if (Math.min(left, statementMs, connectMs) <= 0) throw outOfTime();
    return {
      connectTimeoutMs: Math.min(this.#settings.connectTimeoutMs, left, connectMs),
      statementTimeoutMs: Math.min(this.#settings.statementTimeoutMs, left, statementMs),
      maxMessageBytes: this.#settings.maxMessageBytes,
      maxResultBytes: this.#settings.maxResultBytes,
      ...(sessionMs !== undefined && { sessionTimeoutMs: sessionMs }),
    };
  }
}

function outOfTime(): KeyturnError {
  return new KeyturnError({
    code: 'KEYTURN_OUT_OF_TIME',
    message: 'Too little time is left to go on safely, so nothing more was changed.',
    remedy: 'The next delivery goes on from here; if it stays, raise the time-out of the function.',
    retryable: true,
  });
}
