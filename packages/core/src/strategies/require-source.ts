import { OWN_LADDER } from '../domain/decide-login.js';
import { refuse } from '../domain/refusal.js';
import { refusalToError, type KeyturnError } from '../errors.js';
import type { ApplyContext } from '../ports/rotation-strategy.js';
import type { UserCouple } from './permissions/look-at-pair.js';

/**
 * Makes sure that a stored version signs in as the user whose permissions are to be copied. That its alternate
 * signs in is enough to change the alternate's password, and no more: otherwise the owner of a user named
 * `sheep_clone` could name `sheep` as AWSCURRENT and be given all that an unrelated `sheep` may do. Costs nothing
 * where AWSCURRENT has signed in in this step.
 * @throws `KEYTURN_NO_PROOF_OF_OWNERSHIP` where none does.
 */
export async function requireSource(
  context: ApplyContext,
  { source, target }: UserCouple,
): Promise<void> {
  for (const rung of OWN_LADDER) {
    const { result } = await context.tryStored({ rung, users: [source] });
    if (result === 'accepted') return;
  }
  throw sourceUnproven({ source, target }, context.blindSpots);
}

/** Why nothing is copied from a user that no stored version signs in as. */
export function sourceUnproven(
  { source, target }: UserCouple,
  blindSpots: readonly string[] = [],
): KeyturnError {
  const blind = blindSpots.map((reason) => ` ${reason}`).join('');
  const [from, to] = [source, target].map((name) => JSON.stringify(name));
  return refusalToError(
    refuse({
      code: 'KEYTURN_NO_PROOF_OF_OWNERSHIP',
      message: `No stored version of this secret signs in as user ${from}, so what it may do was not given to user ${to}, which lacks some of it.${blind}`,
      remedy:
        'No password was changed. Store the password that works for it with PutSecretValue, or grant what is missing ' +
        'yourself; if the two users belong together, name them in the setting userPairs.',
      settings: ['userPairs'],
    }),
  );
}
