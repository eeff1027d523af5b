import type { Permission } from '../../domain/permissions/permission.js';
import type { DatabaseSession } from '../../ports/database-admin.js';
import { KeyturnError } from '../../errors.js';
import type { ApplyContext } from '../../ports/rotation-strategy.js';
import type { UserCouple } from './plan-database.js';
import type { SyncProgress } from './database-request.js';
import { notCompared } from './permission-errors.js';
import { syncDatabase } from './sync-database.js';

/** Who is made equal to whom, and how to get at the other databases of the cluster. */
export interface SyncRequest extends UserCouple {
  /** Signed in to `database` as the superuser. */
  readonly session: DatabaseSession;
  readonly database: string;
  /** Whether the target was there before its clone. */
  readonly targetIsOriginal: boolean;
  /** Whether this rotation has created the target. */
  readonly created: boolean;
  /** Called before anything is granted; throws where what the source has may not be copied. */
  requireMayCopy(): Promise<void>;
  /** Signs in to another database; the session is closed here. */
  openDatabase(name: string): Promise<DatabaseSession>;
}

/**
 * Gives the target what the source has, database after database, one connection each and never two at work.
 * What happens to rights beyond is a matter of the policy. Safe to repeat; what was granted before a failure
 * stays, and the next attempt has less to do.
 * @throws `KEYTURN_PERMISSIONS_INCOMPLETE`, `KEYTURN_PERMISSIONS_UNCHECKED`, `KEYTURN_TOO_MANY_REVOKES`,
 * `KEYTURN_OWNED_OBJECTS`
 */
export async function syncPermissions(context: ApplyContext, request: SyncRequest): Promise<void> {
  const { permissions: policy, permissionDatabases: limit } = context.settings;
  if (policy === 'first-rotation-only' && !request.created) return;
  const exact = isExact(context, request);
  const progress: SyncProgress = { granted: 0, revoked: 0 };
  const memberships = await syncDatabase(context, {
    ...request,
    scope: 'all',
    exact,
    progress,
  });
  const others = await otherDatabases(request, limit);
  for (const [done, database] of others.entries()) {
    requireTime(context, request.target, { databases: others.slice(done), progress });
    await syncElsewhere(context, { ...request, database, exact, memberships, progress });
  }
}

function requireTime(
  context: ApplyContext,
  target: string,
  {
    databases,
    progress,
  }: { readonly databases: readonly string[]; readonly progress: SyncProgress },
): void {
  try {
    context.requireTime();
  } catch (error) {
    if (!KeyturnError.is(error, 'KEYTURN_OUT_OF_TIME')) throw error;
    throw notCompared({ target, databases, granted: progress.granted });
  }
}

/** Whether the target may be made exactly equal. A template-made clone lacks most rights of its original. */
export function isExact(
  { settings }: Pick<ApplyContext, 'settings'>,
  { targetIsOriginal }: { readonly targetIsOriginal: boolean },
): boolean {
  const mayRevoke = !targetIsOriginal || settings.reconcileOriginal;
  return settings.permissions === 'reconcile' && mayRevoke;
}

/** The other databases to look at, in order of their names. */
export async function otherDatabases(
  { session, database }: Pick<SyncRequest, 'session' | 'database'>,
  limit: readonly string[] | undefined,
): Promise<readonly string[]> {
  // A list of nothing but the secret's own database saves the question.
  if (limit?.every((name) => name === database)) return [];
  const names = await session.listDatabases();
  return names
    .filter((name) => name !== database && (limit === undefined || limit.includes(name)))
    .sort();
}

async function syncElsewhere(
  context: ApplyContext,
  request: SyncRequest & {
    readonly exact: boolean;
    readonly memberships: readonly Permission[];
    readonly progress: SyncProgress;
  },
): Promise<void> {
  const session = await request.openDatabase(request.database);
  try {
    await syncDatabase(context, { ...request, session, scope: 'database' });
  } finally {
    await session.close();
  }
}
