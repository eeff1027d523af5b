/** When a credential that was read has to be read again, in epoch milliseconds. */
export interface Freshness {
  readonly readAt: number;
  /** From here on it is read again while it is still used. */
  readonly refreshAt: number;
  /** From here on it is not used before it was read again. */
  readonly expiresAt: number;
}

/** What {@link scheduleRefresh} goes by. */
export interface FreshnessFacts {
  readonly now: number;
  /** How old a credential may become, in milliseconds. */
  readonly maxAgeMs: number;
  /** How long before NextRotationDate it is read again at the latest, in milliseconds. */
  readonly leadMs: number;
  /** NextRotationDate, where it is known: the latest time at which the service will have rotated. */
  readonly nextRotationAt: number | undefined;
  /** In [0, 1); spreads a fleet of processes that were started together. */
  readonly random: number;
}

/**
 * Refreshes anywhere in the second half of the longest age, and ahead of NextRotationDate where that comes first;
 * a date that has passed says nothing more. Pure.
 */
export function scheduleRefresh(facts: FreshnessFacts): Freshness {
  const { now, maxAgeMs, leadMs, nextRotationAt, random } = facts;
  const byAge = now + maxAgeMs * (0.5 + random / 2);
  const isAhead = nextRotationAt !== undefined && nextRotationAt > now;
  if (!isAhead) return { readAt: now, refreshAt: byAge, expiresAt: now + maxAgeMs };
  const lead = Math.min(leadMs, (nextRotationAt - now) / 2);
  return {
    readAt: now,
    refreshAt: Math.min(byAge, nextRotationAt - lead * (1 - random)),
    expiresAt: Math.min(now + maxAgeMs, nextRotationAt),
  };
}

/** Puts the next try off after a refresh that failed, and lets the credential be used until then. */
export function postponeRefresh(freshness: Freshness, now: number, pauseMs: number): Freshness {
  const refreshAt = now + pauseMs;
  return { ...freshness, refreshAt, expiresAt: Math.max(freshness.expiresAt, refreshAt + pauseMs) };
}

/** How a credential stands at a moment. */
export type FreshnessState = 'fresh' | 'refresh-behind' | 'refresh-first';

/** A clock that has gone back makes a credential as stale as one that was read too long ago. */
export function freshnessAt(freshness: Freshness, now: number): FreshnessState {
  if (now >= freshness.expiresAt || now < freshness.readAt) return 'refresh-first';
  return now >= freshness.refreshAt ? 'refresh-behind' : 'fresh';
}
