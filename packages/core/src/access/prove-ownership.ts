import { decideLogin, OWN_LADDER, type Rung, type Tried } from '../domain/decide-login.js';
import { refuse } from '../domain/refusal.js';
import type { RotationEventDetail } from '../domain/rotation-event.js';
import { refusalToError, type KeyturnError } from '../errors.js';
import type { WorkingCredential } from '../ports/rotation-strategy.js';
import { usersOf } from './access-context.js';
import type { StoredCredentials } from './stored-credentials.js';

/** See `ApplyContext.proveOwnership`. */
export async function proveOwnership(
  stored: StoredCredentials,
  options: {
    readonly keepSession?: boolean | undefined;
    readonly report: (event: RotationEventDetail) => void;
  },
): Promise<WorkingCredential> {
  const { owner, blindSpots } = stored;
  const users = usersOf(owner);
  const tried = new Map<Rung, Tried>();
  for (;;) {
    const decision = decideLogin(OWN_LADDER, tried);
    if (decision.kind !== 'probe') throw noProof(owner.current.username, blindSpots);
    const { rung } = decision;
    const { keepSession = false } = options;
    const { result, proof, password, session } = await stored.try({ rung, users, keepSession });
    tried.set(rung, result);
    if (proof === undefined || password === undefined) continue;
    if (rung === 'previous' || rung === 'given-up' || rung === 'unlabelled') {
      options.report({
        name: 'rotation.healed',
        code: 'other-version-used',
        how: `AWSCURRENT and AWSPENDING do not sign in; went on with the ${rung === 'previous' ? 'AWSPREVIOUS' : 'unlabelled'} version that does.`,
      });
    }
    return { rung: rung === 'again' ? 'current' : rung, proof, password, session };
  }
}

/** Nobody could sign in; `blindSpots` says which versions could not be looked at. */
export function noProof(user: string, blindSpots: readonly string[]): KeyturnError {
  const blind = blindSpots.map((reason) => ` ${reason}`).join('');
  return refusalToError(
    refuse({
      code: 'KEYTURN_NO_PROOF_OF_OWNERSHIP',
      message: `No stored version of this secret signs in as user ${JSON.stringify(user)} or its alternate: the database refused the password of each that was tried.${blind}`,
      remedy:
        'Nothing was changed. Set the user to a password that is stored, or store the one that works with ' +
        'PutSecretValue, then rotate again.',
    }),
  );
}
