import type { PermissionPlan } from '../../domain/permissions/decide-permission-plan.js';
import type { PermissionSnapshot } from '../../domain/permissions/permission.js';
import type { RotationSettings } from '../../domain/rotation-settings.js';
import type { DatabaseSession } from '../../ports/database-admin.js';
import { planDatabase, type UserCouple } from './plan-database.js';
import { isExact, otherDatabases } from './sync-permissions.js';

/** What {@link planPermissions} looks at. */
export interface PlanPermissionsRequest extends UserCouple {
  /** Signed in to `database` as a superuser. The caller closes it. */
  readonly session: DatabaseSession;
  readonly database: string;
  /** Whether the target was there before its clone; then `reconcile` takes nothing from it unless allowed. */
  readonly targetIsOriginal: boolean;
  readonly settings: RotationSettings;
  /** Signs in to another database; the session is closed here. */
  openDatabase(name: string): Promise<DatabaseSession>;
}

/** What a rotation would do in one database, with the SQL. */
export interface DatabasePermissionPlan extends PermissionPlan {
  readonly database: string;
  /** In the order in which they would run. */
  readonly statements: readonly string[];
  readonly notChecked: PermissionSnapshot['notChecked'];
}

/** Tells what a rotation would do to the permissions of `target`. Changes nothing; safe to repeat. */
export async function planPermissions(
  request: PlanPermissionsRequest,
): Promise<readonly DatabasePermissionPlan[]> {
  const exact = isExact(request, request);
  const first = await planDatabase(request.session, { ...request, scope: 'all', exact });
  const plans = [await present(request.session, request, request.database, first)];
  for (const database of await otherDatabases(request, request.settings.permissionDatabases)) {
    const session = await request.openDatabase(database);
    try {
      const { memberships } = first;
      const scope = 'database';
      const plan = await planDatabase(session, { ...request, scope, exact, memberships });
      plans.push(await present(session, request, database, plan));
    } finally {
      await session.close();
    }
  }
  return plans;
}

async function present(
  session: DatabaseSession,
  { target: user }: UserCouple,
  database: string,
  plan: Awaited<ReturnType<typeof planDatabase>>,
): Promise<DatabasePermissionPlan> {
  const { grant, revoke, extra, flattened, wanted, held } = plan;
  const statements = await session.writeOut({ user, grant, revoke });
  const notChecked = [...wanted.notChecked, ...held.notChecked];
  return { database, grant, revoke, extra, flattened, statements, notChecked };
}
