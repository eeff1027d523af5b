import type { Clock } from '../ports/clock.js';

/** Lets so many through per second; whoever comes too early waits. */
export interface TokenBucket {
  /** Resolves when it is this caller's turn. Callers are let through in the order they came. */
  take(): Promise<void>;
}

/** @param burst how many may pass at once after a pause, at least 1 */
export function tokenBucket(clock: Clock, perSecond: number, burst = 1): TokenBucket {
  const intervalMs = 1_000 / perSecond;
  /** When the next token is there, if nobody takes one before. */
  let nextAt = clock.now() - (burst - 1) * intervalMs;
  return {
    async take() {
      const now = clock.now();
      const turn = Math.max(nextAt, now - (burst - 1) * intervalMs);
      nextAt = turn + intervalMs;
      if (turn > now) await clock.sleep(turn - now);
    },
  };
}
