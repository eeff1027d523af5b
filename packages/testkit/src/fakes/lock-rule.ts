/**
 * How a server answers somebody who is locked. Nothing published says what Redshift does, so all three are tried:
 * `as-wrong-password` answers every password in the words of a wrong one, `right-password-differs` answers the right
 * one in other words, `all-differ` answers right and wrong alike, in other words.
 */
export const LOCKED_ANSWERS = [
  'as-wrong-password',
  'right-password-differs',
  'all-differ',
] as const;

/** One of {@link LOCKED_ANSWERS}. */
export type LockedAnswer = (typeof LOCKED_ANSWERS)[number];

/** A server that locks users after wrong passwords, as Redshift does since patch 204. */
export interface LockRule {
  /** So many wrong passwords in a row lock a user. 2 to 50 on Redshift, whose default is 5. */
  readonly limit: number;
  /** Default `as-wrong-password`. */
  readonly answer?: LockedAnswer;
}

/** What a server under a {@link LockRule} remembers of one user. */
export interface LockState {
  /** Wrong passwords since the last right one. */
  readonly failed: number;
  readonly locked?: 'automatic' | 'manual' | undefined;
}

/** How a sign-in is answered: let in, the words of a wrong password, or the words for somebody who is locked. */
export type LockVerdict = 'accepted' | 'wrong-password' | 'locked';

/** A user of whom nothing is remembered. */
export const NEVER_FAILED: LockState = { failed: 0 };

/** The answer to a sign-in with a right or a wrong password, and what is remembered afterwards. Pure. */
export function judgeSignIn(
  { limit, answer = 'as-wrong-password' }: LockRule,
  state: LockState,
  right: boolean,
): { readonly verdict: LockVerdict; readonly state: LockState } {
  if (state.locked !== undefined) {
    const tells = answer === 'all-differ' || (answer === 'right-password-differs' && right);
    return { verdict: tells ? 'locked' : 'wrong-password', state };
  }
  if (right) return { verdict: 'accepted', state: NEVER_FAILED };
  const failed = state.failed + 1;
  return {
    verdict: 'wrong-password',
    state: failed >= limit ? { failed, locked: 'automatic' } : { failed },
  };
}
