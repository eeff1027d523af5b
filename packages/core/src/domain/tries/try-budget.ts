import type { UserLockout } from '../user-lockout.js';

/** The most wrong passwords in a row, whatever the server would allow. */
const MOST_TRIES = 3;
/** Kept back for clients that present an old password, and for one more delivery that dies while it tries. */
const RESERVE = 2;

/** How many stored passwords a user may be tried with, in a row, before one is accepted; at least one. */
export function tryBudget(limit: number): number {
  return Math.max(1, Math.min(MOST_TRIES, limit - RESERVE));
}

/** How many wrong passwords there have been since the last right one, and how many there may be. */
export interface TriesSpent {
  readonly spent: number;
  readonly budget: number;
}

/**
 * The same by what the server itself says. What others have spent counts, but one try is left in any case. Without
 * such a rule a wrong password costs nothing.
 */
export function triesByLockout(lockout: UserLockout, own: TriesSpent): TriesSpent {
  if (lockout.kind === 'no-rule') return { spent: own.spent, budget: Infinity };
  if (lockout.kind === 'unknown') return own;
  const { failedSignIns, limit } = lockout;
  const budget = limit === undefined ? own.budget : tryBudget(limit);
  // Whatever else the server has counted was somebody else's.
  const foreign = Math.max(0, failedSignIns - own.spent);
  return { spent: Math.min(own.spent + foreign, Math.max(own.spent, budget - 1)), budget };
}
