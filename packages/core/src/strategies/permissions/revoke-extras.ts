import { permissionKey } from '../../domain/permissions/permission-key.js';
import type { Revocation } from '../../domain/permissions/permission.js';
import type { ApplyContext } from '../../ports/rotation-strategy.js';
import type { DatabaseRequest } from './database-request.js';
import { incomplete, tooManyRevokes } from './permission-errors.js';
import { requireTime } from './require-time.js';
import { planDatabase, type DatabasePlan } from './plan-database.js';

/**
 * Takes away what goes beyond, under guard: only what a superuser saw, what a second read saw too, and never
 * more than the settings allow. Then gives what had to wait for that.
 */
export async function revokeExtras(
  context: ApplyContext,
  request: DatabaseRequest,
  plan: DatabasePlan,
): Promise<void> {
  const { session, target: user, database, progress } = request;
  const again = await planDatabase(session, { ...request, memberships: plan.memberships });
  const revocations = seenTwice(plan, again);
  if (revocations.length === 0) {
    if (plan.grant.length > 0) {
      const left = plan.grant.length;
      const { granted } = progress;
      throw incomplete({ target: user, database, left, granted, outOfTime: false });
    }
    return;
  }

  const most = context.settings.maxRevokes;
  const count = progress.revoked + revocations.length;
  const statements = await session.writeOut({ user, revoke: revocations });
  if (count > most) throw tooManyRevokes({ target: user, count, most, statements });

  const permissions = revocations.map(({ permission }) => permission);
  const restore = await session.writeOut({ user, grant: permissions });
  requireTime(context, request, revocations.length);
  try {
    await session.revokePermissions({ user, revocations });
  } finally {
    // Some may be gone even if this fails, and giving back what is still there changes nothing.
    context.report({ name: 'permissions.revoked', user, database, permissions, restore });
  }
  progress.revoked = count;
  if (plan.grant.length > 0) {
    await session.grantPermissions({ user, permissions: plan.grant });
    progress.granted += plan.grant.length;
    context.report({ name: 'permissions.granted', user, database, permissions: plan.grant });
  }
  const after = await planDatabase(session, { ...request, memberships: plan.memberships });
  const left = after.revoke.length + after.grant.length;
  if (left === 0) return;
  throw incomplete({ target: user, database, left, granted: progress.granted, outOfTime: false });
}

/** Nobody but a superuser is shown everything, and one read alone may have met a change halfway. */
function seenTwice(first: DatabasePlan, second: DatabasePlan): readonly Revocation[] {
  const reads = [first.wanted, first.held, second.wanted, second.held];
  if (!reads.every(({ bySuperuser }) => bySuperuser)) return [];
  const confirmed = new Set(second.revoke.map(keyOf));
  return first.revoke.filter((revocation) => confirmed.has(keyOf(revocation)));
}

function keyOf({ permission, optionOnly }: Revocation): string {
  return `${optionOnly} ${permissionKey(permission)}`;
}
