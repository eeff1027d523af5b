/** Pauses that grow. All in milliseconds. */
export interface BackoffSettings {
  readonly baseMs: number;
  readonly longestMs: number;
}

/**
 * A pause anywhere between nothing and a bound that doubles with each attempt: full jitter, so that those who failed
 * together do not come back together.
 * @param attempt from 0
 * @param random in [0, 1)
 */
export function fullJitter(attempt: number, random: number, settings: BackoffSettings): number {
  return random * Math.min(settings.longestMs, settings.baseMs * 2 ** attempt);
}

/** Like {@link fullJitter}, but at least half of the bound: for pauses in which nothing may happen. */
export function halfJitter(attempt: number, random: number, settings: BackoffSettings): number {
  const bound = Math.min(settings.longestMs, settings.baseMs * 2 ** attempt);
  return bound / 2 + (random * bound) / 2;
}
