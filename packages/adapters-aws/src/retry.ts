import { KeyturnError, type Clock } from '@keyturn/core';

const MOST_ATTEMPTS = 5;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Repeats a call while it is throttled or gets no answer, with full jitter on doubling pauses: about 3 s in all.
 * Every operation of the store may be repeated: reads by nature, PutSecretValue because the same token with the
 * same value changes nothing, UpdateSecretVersionStage because it names the version the label has to come from.
 * The last error is thrown.
 */
export async function withRetry<T>(clock: Clock, call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const transient =
        KeyturnError.is(error, 'KEYTURN_STORE_THROTTLED') ||
        KeyturnError.is(error, 'KEYTURN_STORE_UNAVAILABLE');
      if (!transient || attempt === MOST_ATTEMPTS) throw error;
      const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
      await clock.sleep(longest * clock.random());
    }
  }
}
