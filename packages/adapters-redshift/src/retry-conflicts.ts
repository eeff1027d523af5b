import type { Clock } from '@keyturn/core';
import { isPassingConflict } from './errors/statement-error.js';

const ATTEMPTS = 6;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1000;

/**
 * Runs one statement again when it met a conflict in the catalogs, at most 5 times, with waits of up to 50, 100,
 * ... 800 ms drawn at random. The last error is always thrown.
 */
export async function retryConflicts<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || !isPassingConflict(error)) throw error;
      const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
      await clock.sleep(longest * clock.random());
    }
  }
}
