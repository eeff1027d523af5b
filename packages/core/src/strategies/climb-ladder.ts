import { decideLogin, OWN_LADDER, type Rung, type Tried } from '../domain/decide-login.js';
import { refuse } from '../domain/refusal.js';
import { refusalToError, type KeyturnError } from '../errors.js';
import type { ApplyContext, TriedCredential } from './rotation-strategy.js';

/** The stored credential that signed in. */
export interface WorkingCredential {
  readonly rung: Rung;
  readonly credential: TriedCredential;
}

/**
 * Finds the stored credential of these users that signs in today. This is the proof that whoever stored the
 * values owns the user; nothing is changed without it.
 * @throws `KEYTURN_NO_PROOF_OF_OWNERSHIP` where none does.
 */
export async function climbLadder(
  context: ApplyContext,
  options: { readonly users: readonly string[]; readonly keepSession: boolean },
): Promise<WorkingCredential> {
  const tried = new Map<Rung, Tried>();
  for (;;) {
    const decision = decideLogin(OWN_LADDER, tried);
    if (decision.kind !== 'probe') {
      throw noProof(context.current.username, context.blindSpots);
    }
    const { rung } = decision;
    const credential = await context.tryStored({ rung, ...options });
    tried.set(rung, credential.result);
    if (credential.result !== 'accepted') continue;
    if (rung === 'previous' || rung === 'unlabelled') {
      context.report({
        name: 'rotation.healed',
        how: `AWSCURRENT and AWSPENDING do not sign in; went on with the ${rung === 'previous' ? 'AWSPREVIOUS' : 'unlabelled'} version that does.`,
      });
    }
    return { rung, credential };
  }
}

/** Nobody could sign in; `blindSpots` says which versions could not be looked at. */
export function noProof(user: string, blindSpots: readonly string[]): KeyturnError {
  const blind = blindSpots.map((reason) => ` ${reason}`).join('');
  return refusalToError(
    refuse({
      code: 'KEYTURN_NO_PROOF_OF_OWNERSHIP',
      message: `No stored version of this secret signs in as user ${JSON.stringify(user)} or its alternate: the database refused the password of each.${blind}`,
      remedy:
        'Nothing was changed. Set the user to a password that is stored, or store the one that works with ' +
        'PutSecretValue, then rotate again.',
    }),
  );
}
