import { CLEAR_PENDING } from './decide-pending.js';
import { ALTERNATE_LADDER, decideLogin, type Rung, type Tried } from './decide-login.js';
import { refuse, type Refusal } from './refusal.js';

/** What is known about the user that the rotation makes current. */
export interface AlternateFacts {
  readonly name: string;
  readonly exists: boolean;
  /** What trying stored credentials that name it gave so far. */
  readonly tried: ReadonlyMap<Rung, Tried>;
  /** The function's own configuration names the pair. No user is created then. */
  readonly configuredPair: boolean;
  /** The function's own configuration allows taking over any user of the right name. */
  readonly adoptExisting: boolean;
  /** Why some stored credentials could not be tried, as whole sentences. */
  readonly blindSpots: readonly string[];
}

/** How the alternate user gets the pending password. */
export type AlternateDecision =
  | { readonly kind: 'create' }
  | { readonly kind: 'probe'; readonly rung: Rung }
  /** The pending password is set already; permissions still have to be completed. */
  | { readonly kind: 'already-set' }
  /** `restore` holds the password to go back to, where one is known. */
  | { readonly kind: 'take-over'; readonly restore: Rung | undefined }
  | Refusal;

/**
 * A name alone is no evidence that a user belongs to the pair: a stored credential that signs in is, and so is
 * the function's own configuration.
 */
export function decideAlternate(facts: AlternateFacts): AlternateDecision {
  if (!facts.exists) {
    if (!facts.configuredPair) return { kind: 'create' };
    return refuse({
      code: 'KEYTURN_USER_MISSING',
      field: 'userPairs',
      settings: ['userPairs'],
      message: `The database has no user ${JSON.stringify(facts.name)}, which the setting userPairs names.`,
      remedy: `Create it, since no user is created for a configured pair. ${CLEAR_PENDING}`,
    });
  }
  const login = decideLogin(ALTERNATE_LADDER, facts.tried);
  if (login.kind === 'probe') return login;
  if (login.kind === 'use') {
    if (login.rung === 'pending') return { kind: 'already-set' };
    return { kind: 'take-over', restore: login.rung };
  }
  if (facts.configuredPair || facts.adoptExisting) return { kind: 'take-over', restore: undefined };
  const blind = facts.blindSpots.map((reason) => ` ${reason}`).join('');
  return refuse({
    code: 'KEYTURN_UNRELATED_USER',
    field: 'username',
    message: `A user ${JSON.stringify(facts.name)} exists, and no stored version of this secret signs in as it.${blind}`,
    remedy: `If it belongs to this secret, name the two users in the setting userPairs; otherwise use another user name. ${CLEAR_PENDING}`,
    settings: ['userPairs'],
  });
}
