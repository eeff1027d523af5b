import type { OwnershipProof } from '../domain/ownership-proof.js';
import type { DatabaseSession, SessionBounds } from '../ports/database-admin.js';
import type { AccessContext, SecretOwner } from './access-context.js';
import { isProofFor } from './sign-in-stored.js';
import { openSuperuserSession, readSuperuser } from './superuser-credential.js';

/** What a session of the superuser is asked for with. */
export interface SuperuserSessionRequest {
  /** That a stored credential of the secret has signed in. */
  readonly proof: OwnershipProof;
  /** Default: the database that AWSCURRENT names. */
  readonly database?: string | undefined;
  /** Default: what is left of the time. */
  readonly bounds?: SessionBounds | undefined;
}

/**
 * The confused-deputy guard: somebody who can store values must not get at other users by our superuser, so its
 * credential goes nowhere before one of this secret has signed in there. Rotations, diagnoses and plans all come
 * this way; `operations/operator-session.ts` is the one other door.
 * @throws TypeError without a proof that belongs to this reading of AWSCURRENT; nothing has been sent then
 */
export async function signInAsSuperuser(
  context: AccessContext,
  owner: SecretOwner,
  request: SuperuserSessionRequest,
): Promise<DatabaseSession> {
  // Not every caller was compiled with the types.
  const { proof, database, bounds } = (request as SuperuserSessionRequest | undefined) ?? {};
  if (!isProofFor(proof, owner.current)) {
    throw new TypeError('signInAsSuperuser takes the proof that proveOwnership gave in this step');
  }
  return openSuperuserSession(context, owner, { database, bounds });
}

/** Everything about the superuser that can be checked without sending its credential. Throws to refuse. */
export async function checkSuperuser(context: AccessContext, owner: SecretOwner): Promise<void> {
  await readSuperuser(context, owner);
}

export { superuserRefused } from './superuser-credential.js';
