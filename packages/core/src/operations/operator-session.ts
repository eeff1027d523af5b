import type { AccessContext, SecretOwner } from '../access/access-context.js';
import { openSuperuserSession } from '../access/superuser-credential.js';
import type { DatabaseSession } from '../ports/database-admin.js';

/**
 * The operator's own door to the superuser: its credential is sent without one of this secret having signed in. For
 * what somebody has asked for by name who may read the superuser secret himself, and for nothing a rotation does; no
 * step and no strategy can import it.
 */
export function signInForOperator(
  context: AccessContext,
  owner: SecretOwner,
): Promise<DatabaseSession> {
  return openSuperuserSession(context, owner);
}
