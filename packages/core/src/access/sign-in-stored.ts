import type { DatabaseSecret } from '../domain/database-secret.js';
import type { OwnershipProof } from '../domain/ownership-proof.js';
import type { DatabaseSession, SessionPurpose } from '../ports/database-admin.js';
import { usersOf, type AccessContext, type SecretOwner } from './access-context.js';

/** What signing in with a stored credential gave; accepted with an open session, which the caller closes. */
export type StoredSignIn =
  | { readonly kind: 'refused' }
  | {
      readonly kind: 'accepted';
      readonly session: DatabaseSession;
      /** Undefined where the credential names neither the current user nor the next one. */
      readonly proof: OwnershipProof | undefined;
    };

/** Which reading of AWSCURRENT a proof was made with. Nothing but a sign-in below puts anything into it. */
const proofs = new WeakMap<OwnershipProof, DatabaseSecret>();

/**
 * Signs in with a stored credential. Every stored credential of a secret goes this way, and refused passwords are
 * counted here.
 */
export async function signInStored(
  context: AccessContext,
  owner: SecretOwner,
  { username: user, password }: Pick<DatabaseSecret, 'username' | 'password'>,
  purpose?: SessionPurpose,
): Promise<StoredSignIn> {
  const { address } = owner.current;
  const request = { address, user, password, purpose, ...context.limits() };
  const outcome = await context.database.signIn(request);
  if (outcome.kind === 'refused') {
    context.memory.countRefused(user);
    return outcome;
  }
  const proof = usersOf(owner).includes(user) ? prove(owner.current) : undefined;
  return { ...outcome, proof };
}

/** Whether the proof is one, and about this very reading of AWSCURRENT. */
export function isProofFor(proof: unknown, current: DatabaseSecret): boolean {
  return typeof proof === 'object' && proof !== null && proofs.get(proof as never) === current;
}

function prove(current: DatabaseSecret): OwnershipProof {
  const proof = Object.freeze({}) as OwnershipProof;
  proofs.set(proof, current);
  return proof;
}
