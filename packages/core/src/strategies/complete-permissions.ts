import { diffPermissions } from '../domain/permissions/diff-permissions.js';
import { refuse } from '../domain/refusal.js';
import { refusalToError } from '../errors.js';
import type { DatabaseSession } from '../ports/database-admin.js';
import type { ApplyContext } from './rotation-strategy.js';

/**
 * Gives the target every explicit permission of the source that it lacks, then reads again to see that it has
 * them. Takes nothing away: what the target has beyond the source is reported. Safe to repeat; what was granted
 * before a failure stays, and the next attempt has less to do.
 * @throws `KEYTURN_PERMISSIONS_INCOMPLETE` where a right is still missing afterwards.
 */
export async function completePermissions(
  context: ApplyContext,
  session: DatabaseSession,
  users: { readonly source: string; readonly target: string },
): Promise<void> {
  const { source, target } = users;
  const wanted = await session.readPermissions({ user: source });
  const held = await session.readPermissions({ user: target });
  const notChecked = [...wanted.notChecked, ...held.notChecked];
  if (notChecked.length > 0) {
    context.report({ name: 'permissions.notChecked', user: target, kinds: notChecked });
  }
  const { missing, extra } = diffPermissions(wanted.permissions, held.permissions);
  if (extra.length > 0) {
    context.report({ name: 'permissions.extra', user: target, permissions: extra });
  }
  if (missing.length === 0) return;

  context.requireTime();
  await session.grantPermissions({ user: target, permissions: missing });
  context.report({ name: 'permissions.granted', user: target, permissions: missing });
  const after = await session.readPermissions({ user: target });
  const left = diffPermissions(wanted.permissions, after.permissions).missing;
  if (left.length === 0) return;
  throw refusalToError(
    refuse({
      code: 'KEYTURN_PERMISSIONS_INCOMPLETE',
      message: `User ${JSON.stringify(target)} still lacks ${left.length} of ${wanted.permissions.length} permissions of ${JSON.stringify(source)} after they were granted.`,
      remedy:
        'The password was not changed for an existing user. The next attempt grants what is left; if it stays, look for something that revokes them.',
      retryable: true,
    }),
  );
}
