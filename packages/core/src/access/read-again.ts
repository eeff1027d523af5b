import type { Clock } from '../ports/clock.js';

/** Waits for about so many milliseconds: half to one and a half times as long, so that no two wait in step. */
export function pauseWithJitter(clock: Clock, milliseconds: number): Promise<void> {
  return clock.sleep(milliseconds * (0.5 + clock.random()));
}

/** How often to look, and how long to wait in between, in milliseconds. */
export interface Patience {
  readonly mostReads: number;
  readonly pauseMs: number;
}

/**
 * Looks until it is settled. Reads lag writes, so what does not fit yet is read again before it counts.
 * @returns what the last look gave, settled or not
 */
export async function readAgain<T>(
  clock: Clock,
  { mostReads, pauseMs }: Patience,
  look: () => Promise<T>,
  isSettled: (seen: T) => boolean,
): Promise<T> {
  for (let read = 1; ; read++) {
    const seen = await look();
    if (read === mostReads || isSettled(seen)) return seen;
    await pauseWithJitter(clock, pauseMs);
  }
}
