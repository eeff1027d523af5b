import { sameServer, type DatabaseAddress } from './database-address.js';
import type { DatabaseSecret } from './database-secret.js';

/**
 * Where a stored credential comes from. `given-up` stands for the versions newer than AWSCURRENT whose rotation was given
 * up, maybe after it had set its password; `unlabelled` for all other versions, the newest first; `again` for the one that
 * should have been accepted, once more, in case the database refused it by mistake.
 */
export type Rung = 'current' | 'pending' | 'given-up' | 'previous' | 'unlabelled' | 'again';

/** What trying a rung gave. `absent`: no such value, or one that must not be tried. */
export type Tried = 'accepted' | 'refused' | 'absent';

/** What to do next on the ladder. */
export type LoginDecision =
  | { readonly kind: 'probe'; readonly rung: Rung }
  | { readonly kind: 'use'; readonly rung: Rung }
  | { readonly kind: 'none' };

/**
 * The order in which the user's own credentials are tried. Current comes before pending, so that the ordinary
 * path has no refused sign-in; a repeat finds pending second. The rest is for healing.
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

/** The first rung that was accepted, or the next one to try, or none. */
export function decideLogin(
  ladder: readonly Rung[],
  tried: ReadonlyMap<Rung, Tried>,
): LoginDecision {
  for (const rung of ladder) {
    const result = tried.get(rung);
    if (result === undefined) return { kind: 'probe', rung };
    if (result === 'accepted') return { kind: 'use', rung };
  }
  return { kind: 'none' };
}

/** The most unlabelled versions that are tried or read, so that a long history cannot use up the time. */
export const MOST_UNLABELLED = 5;

/**
 * Where a stored credential may be presented: at the address that it was stored with, if that is on the server of the
 * current version. Whoever may store values chooses the current address, so a credential stored with another server
 * goes nowhere, unless the server is named by the function's own configuration.
 * @returns undefined where it must not be presented at all
 */
export function placeToPresent(
  stored: DatabaseSecret,
  current: DatabaseSecret,
  options: { readonly serverIsConfigured: boolean },
): DatabaseAddress | undefined {
  if (sameServer(stored.address, current.address)) return stored.address;
  return options.serverIsConfigured ? current.address : undefined;
}
