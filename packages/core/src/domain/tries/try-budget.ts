/** The most stored passwords of one user that are tried in a row before one is accepted, whatever the server allows. */
export const MOST_TRIES = 3;

/**
 * How many wrong passwords of one user may be presented in a row, so that two more by somebody else do not lock it.
 * @param limit how many lock a user, 2 to 50
 */
export function tryBudget(limit: number): number {
  return Math.max(1, Math.min(MOST_TRIES, limit - 2));
}
