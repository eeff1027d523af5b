import type { Clock } from '@keyturn/core';
import type { Operation } from './operation.js';
import { parseServiceFault, type FaultKind } from './service-fault.js';

/** How long a request is tried again. All times in milliseconds. */
export interface RetryLimits {
  /** Tries in all. Default 5. */
  readonly attempts: number;
  /** The first pause; each further one is twice as long, and jitter takes up to half of it away. Default 200. */
  readonly baseMs: number;
  /** The longest pause. Default 2,000. */
  readonly maxPauseMs: number;
  /** No try begins later than so long after the first. Default 15,000. */
  readonly totalMs: number;
}

export const DEFAULT_RETRY_LIMITS: RetryLimits = {
  attempts: 5,
  baseMs: 200,
  maxPauseMs: 2_000,
  totalMs: 15_000,
};

/** After these nothing was done, so every operation may be tried again. */
const NOTHING_DONE: readonly FaultKind[] = ['throttled', 'not-sent'];

/** After which faults an operation is tried again, and why that is safe. */
const REPEATED: Readonly<Record<Operation, readonly FaultKind[]>> = {
  // They change nothing.
  DescribeSecret: [...NOTHING_DONE, 'in-doubt'],
  GetSecretValue: [...NOTHING_DONE, 'in-doubt'],
  ListSecretVersionIds: [...NOTHING_DONE, 'in-doubt'],
  GetRandomPassword: [...NOTHING_DONE, 'in-doubt'],
  ListSecrets: [...NOTHING_DONE, 'in-doubt'],
  // The version id is the request token: the same value once more is answered like the first time.
  PutSecretValue: [...NOTHING_DONE, 'in-doubt'],
  // So it is here: the token keeps a second try from making another version.
  RotateSecret: [...NOTHING_DONE, 'in-doubt'],
  // A label that has moved cannot be moved from there again, so a second try would report a failure that is none.
  // A version that was stored a moment ago may not be seen everywhere yet.
  UpdateSecretVersionStage: [...NOTHING_DONE, 'no-version'],
};

/**
 * Makes a request, and makes it again after faults that pass, with growing, jittered pauses.
 * @throws what the last try has thrown.
 */
export async function withRetry<T>(
  operation: Operation,
  request: () => Promise<T>,
  clock: Clock,
  limits: RetryLimits = DEFAULT_RETRY_LIMITS,
): Promise<T> {
  const startedAt = clock.now();
  for (let attempt = 1; ; attempt++) {
    try {
      return await request();
    } catch (error) {
      const passes = REPEATED[operation].includes(parseServiceFault(error).kind);
      if (!passes || attempt >= limits.attempts) throw error;
      const pause = pauseAfter(attempt, clock, limits);
      if (clock.now() + pause - startedAt > limits.totalMs) throw error;
      await clock.sleep(pause);
    }
  }
}

function pauseAfter(attempt: number, clock: Clock, { baseMs, maxPauseMs }: RetryLimits): number {
  const longest = Math.min(maxPauseMs, baseMs * 2 ** (attempt - 1));
  return longest * (1 - clock.random() / 2);
}
