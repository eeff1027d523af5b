import type { PermissionPlan } from '../../domain/permissions/decide-permission-plan.js';
import type { Permission, PermissionSnapshot } from '../../domain/permissions/permission.js';
import type { ResolvedSettings } from '../../domain/rotation-settings.js';
import type { KeyturnError } from '../../errors.js';
import type { DatabaseSession } from '../../ports/database-admin.js';
import {
  missingMutualDefaults,
  notCheckedOf,
  obstacleIn,
  ownedByEither,
  revokeFromBoth,
  wholly,
  type OwnedByUser,
} from './pair-findings.js';
import { tooManyRevokes } from './permission-errors.js';
import { planDatabase, type DatabasePlan, type UserCouple } from './plan-database.js';
import { isExact, otherDatabases } from './sync-permissions.js';

/** What {@link planPermissions} looks at. */
export interface PlanPermissionsRequest extends UserCouple {
  /** Signed in to `database` as a superuser. The caller closes it. */
  readonly session: DatabaseSession;
  readonly database: string;
  /** Whether the target was there before its clone; then `reconcile` takes nothing from it unless allowed. */
  readonly targetIsOriginal: boolean;
  /** Default true. Nothing can be taken from a user that does not exist yet. */
  readonly targetExists?: boolean;
  readonly settings: ResolvedSettings;
  /** Why a rotation would give the target nothing of the source's. Default: it would. */
  readonly copyRefusal?: KeyturnError | undefined;
  /** Signs in to another database; the session is closed here. */
  openDatabase(name: string): Promise<DatabaseSession>;
}

/** What a rotation would do in one database, with the SQL. */
export interface DatabasePermissionPlan extends PermissionPlan {
  readonly database: string;
  /** In the order in which they would run; those of `mutual` come before. */
  readonly statements: readonly string[];
  /** Takes `extra` from both users: what one alone has is given back at the next rotation. */
  readonly revokeExtra: readonly string[];
  /** Takes `flattened` from both users. */
  readonly revokeFlattened: readonly string[];
  /** What each user would give the other on what it will make, where the settings ask for that. */
  readonly mutual: readonly MutualGrants[];
  /** What belongs to either user, so that the other can neither change nor drop it. */
  readonly owned: readonly OwnedByUser[];
  readonly notChecked: PermissionSnapshot['notChecked'];
  /** Why a rotation would stop here; absent where it would not. */
  readonly stopsWith?: KeyturnError;
}

/** Default privileges that one user of a pair would give the other. */
export interface MutualGrants {
  readonly user: string;
  readonly permissions: readonly Permission[];
  readonly statements: readonly string[];
}

/** Tells what a rotation would do to the permissions of `target`. Changes nothing; safe to repeat. */
export async function planPermissions(
  request: PlanPermissionsRequest,
): Promise<readonly DatabasePermissionPlan[]> {
  const exact = isExact(request, request);
  const first = await planDatabase(request.session, { ...request, scope: 'all', exact });
  const plans = [await present(request.session, request, first, 0)];
  let revoked = plans[0]?.revoke.length ?? 0;
  for (const database of await otherDatabases(request, request.settings.permissionDatabases)) {
    const session = await request.openDatabase(database);
    try {
      const { memberships } = first;
      const scope = 'database';
      const plan = await planDatabase(session, { ...request, scope, exact, memberships });
      const presented = await present(session, { ...request, database }, plan, revoked);
      plans.push(presented);
      revoked += presented.revoke.length;
    } finally {
      await session.close();
    }
  }
  return plans;
}

async function present(
  session: DatabaseSession,
  request: PlanPermissionsRequest,
  plan: DatabasePlan,
  revokedBefore: number,
): Promise<DatabasePermissionPlan> {
  const { target: user, database, settings } = request;
  const { grant, flattened } = plan;
  // Nobody but a superuser is shown everything, so a rotation would take nothing away either.
  const proven = plan.wanted.bySuperuser && plan.held.bySuperuser;
  const revoke = proven ? plan.revoke : [];
  const extra = proven ? plan.extra : [...plan.extra, ...plan.revoke];
  const mutual: MutualGrants[] = [];
  for (const missing of missingMutualDefaults(settings, request, plan)) {
    const { user: giver, permissions } = missing;
    const statements = await session.writeOut({ user: giver, grant: permissions });
    mutual.push({ ...missing, statements });
  }
  const stopsWith =
    obstacleIn(settings, request, plan) ??
    (grant.length + mutual.length > 0 ? request.copyRefusal : undefined) ??
    (await beyondLimit(session, request, revoke, revokedBefore));
  return {
    database,
    grant,
    revoke,
    extra,
    flattened,
    statements: await session.writeOut({ user, grant, revoke }),
    revokeExtra: await revokeFromBoth(session, request, extra),
    revokeFlattened: await revokeFromBoth(session, request, flattened.map(wholly)),
    mutual,
    owned: ownedByEither(request, plan),
    notChecked: notCheckedOf(plan),
    ...(stopsWith !== undefined && { stopsWith }),
  };
}

async function beyondLimit(
  session: DatabaseSession,
  { target, settings }: PlanPermissionsRequest,
  revoke: DatabasePlan['revoke'],
  revokedBefore: number,
): Promise<KeyturnError | undefined> {
  const most = settings.maxRevokes;
  const count = revokedBefore + revoke.length;
  if (revoke.length === 0 || count <= most) return undefined;
  const statements = await session.writeOut({ user: target, revoke });
  return tooManyRevokes({ target, count, most, statements });
}
