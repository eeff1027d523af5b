import { batchPermissions } from '../../domain/permissions/batch-permissions.js';
import { EXTRA_NOTE } from '../../domain/permissions/describe-permission.js';
import type { Permission } from '../../domain/permissions/permission.js';
import { waitsForRevocation } from '../../domain/permissions/waits-for-revocation.js';
import { KeyturnError } from '../../errors.js';
import type { ApplyContext } from '../../ports/rotation-strategy.js';
import type { DatabaseRequest } from './database-request.js';
import {
  missingMutualDefaults,
  notCheckedOf,
  obstacleIn,
  ownedByEither,
  revokeFromBoth,
  wholly,
} from './pair-findings.js';
import { incomplete } from './permission-errors.js';
import { isMembership, planAgain, planDatabase, type DatabasePlan } from './plan-database.js';
import { requireTime } from './require-time.js';
import { revokeExtras } from './revoke-extras.js';

/** Rights on so many objects are given before the time is looked at again. */
const OBJECTS_AT_ONCE = 100;
/** How often a batch is begun while other rotations change the same catalogs. */
const MOST_ATTEMPTS = 10;

/**
 * Makes one database right: reads, decides, grants, reads what it granted again, reports, and at last takes away.
 * @returns the groups and roles that the target belongs to now
 */
export async function syncDatabase(
  context: ApplyContext,
  request: DatabaseRequest,
): Promise<readonly Permission[]> {
  const plan = await planDatabase(request.session, request);
  reportReading(context, request, plan);
  await addMutualDefaults(context, request, plan);
  const verified = await grantMissing(context, request, plan);
  await reportDifferences(context, request, verified);
  if (verified.revoke.length > 0) await revokeExtras(context, request, verified);
  return plan.memberships;
}

function reportReading(
  { report, settings }: ApplyContext,
  request: DatabaseRequest,
  plan: DatabasePlan,
): void {
  const { target: user, database } = request;
  const kinds = notCheckedOf(plan);
  if (kinds.length > 0) report({ name: 'permissions.notChecked', user, database, kinds });
  const obstacle = obstacleIn(settings, request, plan);
  if (obstacle !== undefined) throw obstacle;
  if (settings.ownedObjects === 'ignore') return;
  for (const owned of ownedByEither(request, plan)) {
    report({ name: 'permissions.owned', database, ...owned });
  }
}

/** Grants what is missing and reads again; the plan that comes back has nothing left to grant but what waits for a revocation. */
async function grantMissing(
  context: ApplyContext,
  request: DatabaseRequest,
  plan: DatabasePlan,
): Promise<DatabasePlan> {
  const { target, database, progress } = request;
  // Memberships first: a failure halfway must not leave direct rights that a membership would have brought.
  if (plan.grant.length === 0) return plan;
  await request.requireMayCopy();
  const waits = waitsForRevocation(plan.revoke);
  const grant = plan.grant
    .filter((permission) => !waits(permission))
    .sort((a, b) => Number(isMembership(b)) - Number(isMembership(a)));
  if (grant.length === 0) return plan;
  let left = grant.length;
  for (const permissions of batchPermissions(grant, OBJECTS_AT_ONCE)) {
    await grantBatch(context, request, { permissions, left });
    progress.granted += permissions.length;
    left -= permissions.length;
  }
  context.report({ name: 'permissions.granted', user: target, database, permissions: grant });
  const verified = await verify(context, request, plan);
  const stillWaits = waitsForRevocation(verified.revoke);
  left = verified.grant.filter((permission) => !stillWaits(permission)).length;
  if (left === 0) return verified;
  throw incomplete({ target, database, left, granted: progress.granted, outOfTime: false });
}

/**
 * Grants as long as there is time. The session itself tries conflicts again, but with many rotations at once on a
 * slow cluster it may lose every time; only here is it known how much time is left for more.
 */
async function grantBatch(
  context: ApplyContext,
  request: DatabaseRequest,
  { permissions, left }: { readonly permissions: readonly Permission[]; readonly left: number },
): Promise<void> {
  const { session, target: user } = request;
  for (let attempt = 1; ; attempt++) {
    requireTime(context, request, left);
    try {
      return await session.grantPermissions({ user, permissions });
    } catch (error) {
      const conflict = KeyturnError.is(error, 'KEYTURN_DATABASE_CONFLICT');
      if (!conflict || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

/** Reads again what the target was given, and everything only where that can make a difference. */
async function verify(
  { settings }: ApplyContext,
  request: DatabaseRequest,
  plan: DatabasePlan,
): Promise<DatabasePlan> {
  // Nothing is taken away that was not seen twice, and mutual defaults were given to the source just now.
  if (!request.exact && !settings.mutualDefaultPrivileges) {
    const compared = await planAgain(request.session, request, plan);
    if (compared.grant.length === 0) return compared;
    // The source may have lost it meanwhile, or what it is about is gone.
  }
  return planDatabase(request.session, { ...request, memberships: plan.memberships });
}

async function addMutualDefaults(
  { settings, report }: ApplyContext,
  request: DatabaseRequest,
  plan: DatabasePlan,
): Promise<void> {
  const { session, database, requireMayCopy } = request;
  for (const missing of missingMutualDefaults(settings, request, plan)) {
    await requireMayCopy();
    await session.grantPermissions(missing);
    report({ name: 'permissions.granted', database, ...missing });
  }
}

async function reportDifferences(
  { report }: ApplyContext,
  request: DatabaseRequest,
  { extra, flattened }: DatabasePlan,
): Promise<void> {
  const { session, database, target: user } = request;
  if (extra.length > 0) {
    report({
      name: 'permissions.extra',
      user,
      database,
      permissions: extra.map(({ permission }) => permission),
      revoke: await revokeFromBoth(session, request, extra),
      note: EXTRA_NOTE,
    });
  }
  if (flattened.length > 0) {
    report({
      name: 'permissions.flattened',
      user,
      database,
      permissions: flattened,
      revoke: await revokeFromBoth(session, request, flattened.map(wholly)),
    });
  }
}
