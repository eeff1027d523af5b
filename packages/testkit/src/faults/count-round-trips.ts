import { setImmediate } from 'node:timers/promises';
import type { CallHook } from './with-call-points.js';

/** Counts calls and how many of them have to wait for each other. */
export interface RoundTripCounter extends CallHook {
  /** How often each method was called since the beginning or `reset`. */
  readonly calls: Readonly<Record<string, number>>;
  readonly total: number;
  /** The longest chain of calls of which each began only after another had ended. */
  readonly levels: number;
  reset(): void;
}

/**
 * A hook for ports whose calls cross the network. Every call takes a turn of the event loop, so that calls made
 * at once overlap, as they would there.
 */
export function countRoundTrips(): RoundTripCounter {
  let calls: Record<string, number> = {};
  let ended = 0;
  const levels = new Map<object, number>();
  return {
    get calls() {
      return calls;
    },
    get total() {
      return Object.values(calls).reduce((sum, count) => sum + count, 0);
    },
    get levels() {
      return ended;
    },
    reset() {
      calls = {};
      ended = 0;
      levels.clear();
    },
    async before(call) {
      calls[call.method] = (calls[call.method] ?? 0) + 1;
      levels.set(call, ended + 1);
      await setImmediate();
    },
    after(call) {
      ended = Math.max(ended, levels.get(call) ?? 0);
    },
  };
}
