import type { DatabaseSecret } from '../domain/database-secret.js';
import { placeToPresent } from '../domain/decide-login.js';
import type { OwnershipProof } from '../domain/ownership-proof.js';
import { KeyturnError } from '../errors.js';
import type { DatabaseSession, SessionPurpose } from '../ports/database-admin.js';
import { usersOf, type AccessContext, type SecretOwner } from './access-context.js';

/** What signing in with a stored credential gave; accepted with an open session, which the caller closes. */
export type StoredSignIn =
  | { readonly kind: 'refused' }
  /** Not tried, or in vain: it belongs to another server, or to a database that is gone. `why` is a whole sentence. */
  | { readonly kind: 'elsewhere'; readonly why: string }
  | {
      readonly kind: 'accepted';
      readonly session: DatabaseSession;
      /** Undefined where the credential names neither the current user nor the next one. */
      readonly proof: OwnershipProof | undefined;
    };

/** Which reading of AWSCURRENT a proof was made with. Nothing but a sign-in below puts anything into it. */
const proofs = new WeakMap<OwnershipProof, DatabaseSecret>();

/**
 * Signs in with a stored credential, at the address that it was stored with and nowhere else; see `placeToPresent`.
 * Every stored credential of a secret goes this way, and refused passwords are counted here.
 */
export async function signInStored(
  context: AccessContext,
  owner: SecretOwner,
  stored: DatabaseSecret,
  purpose?: SessionPurpose,
): Promise<StoredSignIn> {
  const { current, serverIsConfigured = false } = owner;
  const address = placeToPresent(stored, current, { serverIsConfigured });
  if (address === undefined) return { kind: 'elsewhere', why: OTHER_SERVER };
  const { username: user, password } = stored;
  const request = { address, user, password, purpose, ...context.limits() };
  try {
    const outcome = await context.database.signIn(request);
    if (outcome.kind === 'refused') {
      context.memory.countRefused(user);
      return outcome;
    }
    context.memory.forgetRefused(user);
    const proof = usersOf(owner).includes(user) ? prove(current) : undefined;
    return { ...outcome, proof };
  } catch (error) {
    const isGone =
      address.database !== current.address.database &&
      KeyturnError.is(error, 'KEYTURN_DATABASE_UNKNOWN');
    if (!isGone) throw error;
    return { kind: 'elsewhere', why: DATABASE_GONE };
  }
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

const OTHER_SERVER =
  'A version that was stored with another server than AWSCURRENT names was not tried: that takes a superuser secret ' +
  'that the configuration names (superuserSecret).';
const DATABASE_GONE =
  'A version was stored with a database that the server does not know, so it could not be tried.';
