import { batchPermissions } from '../../domain/permissions/batch-permissions.js';
import type { WorkOf } from '../../domain/permissions/permission-work.js';
import type { Permission, Revocation } from '../../domain/permissions/permission.js';
import { fitting } from '../../domain/permissions/shown-permissions.js';
import { KeyturnError } from '../../errors.js';
import type { DatabaseSession } from '../../ports/database-admin.js';
import type { ApplyContext } from '../../ports/rotation-strategy.js';
import type { AroundLocks } from './around-locks.js';
import { incomplete } from './permission-errors.js';
import { leftOut, type WorkPlace } from './report-work.js';
import { grantSteps, revokeSteps } from './work-statements.js';

/** Counts over all databases of one attempt. */
export interface SyncProgress {
  granted: number;
}

/** Where permissions are changed. */
export interface ChangeRequest extends WorkPlace {
  readonly progress: SyncProgress;
  readonly locks: AroundLocks;
}

/** How often a batch is begun while other rotations change the same catalogs. */
const MOST_ATTEMPTS = 10;

/** Grants, and reports what was granted. @returns what a lock has kept from being granted */
export async function grant(
  context: ApplyContext,
  request: ChangeRequest,
  item: WorkOf<'grant'>,
): Promise<readonly Permission[]> {
  const { database, progress, session, locks } = request;
  const { user, permissions } = item;
  const held = new Set<Permission>();
  let left = permissions.length;
  for (const step of grantSteps(item)) {
    const blocked = await locks.run(session, step, {
      divide: (some) => batchPermissions(some, 1),
      work: (using, some) =>
        grantStep(context, { ...request, session: using }, { user, permissions: some, left }),
    });
    for (const permission of blocked) held.add(permission);
    progress.granted += step.length - blocked.length;
    left -= step.length;
  }
  const granted = permissions.filter((each) => !held.has(each));
  const told = fitting(granted, (each) => each);
  if (granted.length > 0) {
    context.report({
      name: 'permissions.granted',
      user,
      database,
      permissions: told,
      ...leftOut(told, granted.length),
    });
  }
  return [...held];
}

interface GrantStep {
  readonly user: string;
  readonly permissions: readonly Permission[];
  readonly left: number;
}

/**
 * Grants as long as there is time. The session itself tries conflicts again, but with many rotations at once on a
 * slow cluster it may lose every time; only here is it known how much time is left for more.
 */
async function grantStep(
  context: ApplyContext,
  request: ChangeRequest,
  { user, permissions, left }: GrantStep,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    requireTime(context, request, left);
    try {
      return await request.session.grantPermissions({ user, permissions });
    } catch (error) {
      const conflict = KeyturnError.is(error, 'KEYTURN_DATABASE_CONFLICT');
      if (!conflict || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

/** Takes away, and reports it with what gives it back. @returns what a lock has kept from being taken away */
export async function revoke(
  context: ApplyContext,
  request: ChangeRequest,
  item: WorkOf<'revoke'>,
): Promise<readonly Revocation[]> {
  const { session, locks } = request;
  const held: Revocation[] = [];
  let left = item.revocations.length;
  for (const step of revokeSteps(item)) {
    const blocked = await locks.run(session, step, {
      divide: (some) => some.map((each) => [each]),
      work: (using, some) => revokeStep(context, { ...request, session: using }, some, left),
    });
    held.push(...blocked);
    left -= step.length;
  }
  return held;
}

async function revokeStep(
  context: ApplyContext,
  request: ChangeRequest & { readonly session: DatabaseSession },
  revocations: readonly Revocation[],
  left: number,
): Promise<void> {
  const { session, target: user, database } = request;
  const permissions = revocations.map(({ permission }) => permission);
  const restore = await session.writeOut({ user, grant: permissions });
  requireTime(context, request, left);
  try {
    await session.revokePermissions({ user, revocations });
  } finally {
    // Some may be gone even if this fails, and giving back what is still there changes nothing.
    context.report({ name: 'permissions.revoked', user, database, permissions, restore });
  }
}

/** Goes on only with time left for it. */
function requireTime(
  context: ApplyContext,
  { target, database, progress }: ChangeRequest,
  left: number,
): void {
  try {
    context.requireTime();
  } catch (error) {
    if (!KeyturnError.is(error, 'KEYTURN_OUT_OF_TIME')) throw error;
    throw incomplete({ target, database, left, granted: progress.granted, outOfTime: true });
  }
}
