/**
 * Where a stored credential comes from. `given-up`: the version of a rotation that was given up after it may have set
 * its password. `unlabelled` stands for all other versions, the newest first. `again`: the one that should have been
 * accepted once more, in case the database refused it by mistake.
 */
export type Rung = 'current' | 'pending' | 'given-up' | 'previous' | 'unlabelled' | 'again';

/**
 * What trying a rung gave. `absent`: no such value, or one that must not be tried. `withheld`: not tried, as a wrong
 * password more could lock the user.
 */
export type Tried = 'accepted' | 'refused' | 'absent' | 'withheld';

/** What to try next. */
export type NextTry =
  | { readonly kind: 'probe'; readonly rung: Rung }
  | { readonly kind: 'use'; readonly rung: Rung }
  | { readonly kind: 'none' };

/** What labels say about which version was set last, besides what was tried. */
export interface TryEvidence {
  /**
   * `pending`: either AWSCURRENT or the pending version has the password, since AWSCURRENT had signed in before the
   * other could be set. `given-up`: a rotation that was given up may have set its password, and the one under way has
   * not come so far. Default: nothing is known.
   */
  readonly setLast?: 'pending' | 'given-up' | undefined;
}

/** What the next try is decided from. */
export interface NextTryFacts extends TryEvidence {
  readonly ladder: readonly Rung[];
  readonly tried: ReadonlyMap<Rung, Tried>;
}

/**
 * The order in which the user's own credentials are tried. Current comes first: a user has one password, so that
 * nothing else is tried while it signs in. A repeat finds pending second. The rest is for healing.
 */
export const OWN_LADDER: readonly Rung[] = [
  'current',
  'pending',
  'given-up',
  'previous',
  'unlabelled',
  'again',
];

/**
 * The order in which evidence for an alternate user is looked for: ordinarily its last password is on
 * AWSPREVIOUS.
 */
export const ALTERNATE_LADDER: readonly Rung[] = [
  'previous',
  'pending',
  'given-up',
  'unlabelled',
  'again',
];

/**
 * The first rung that was accepted, or the next one to try, or none. Rungs for which nothing speaks are left out where
 * labels say which version was set last; then the version that should have been accepted is tried once more.
 */
export function decideNextTry({ ladder, tried, setLast }: NextTryFacts): NextTry {
  const first = ladder[0];
  for (const rung of ladder) {
    const result = tried.get(rung);
    if (result === 'accepted') return { kind: 'use', rung };
    if (result !== undefined) continue;
    if (rung !== first && setLast !== undefined && NO_CLAIM[setLast].includes(rung)) continue;
    return { kind: 'probe', rung };
  }
  return { kind: 'none' };
}

/** Rungs that are not worth a wrong password, by which version was set last. */
const NO_CLAIM: Readonly<Record<'pending' | 'given-up', readonly Rung[]>> = {
  pending: ['previous', 'unlabelled'],
  'given-up': ['pending', 'previous', 'unlabelled'],
};

/** The most unlabelled versions that are signed in with, so that a long history cannot use up the time. */
export const MOST_UNLABELLED = 5;
