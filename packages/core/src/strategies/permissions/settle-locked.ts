import { isMembership } from '../../domain/permissions/compare-pair.js';
import { isPolicy } from '../../domain/permissions/decide-permission-work.js';
import { describePermissions } from '../../domain/permissions/describe-permission.js';
import type { Permission } from '../../domain/permissions/permission.js';
import { fitting } from '../../domain/permissions/shown-permissions.js';
import type { ApplyContext } from '../../ports/rotation-strategy.js';
import { lockedOut } from './permission-errors.js';
import { leftOut, type WorkPlace } from './report-work.js';

/** What is still missing because something holds a lock. */
export interface Locked {
  readonly user: string;
  readonly permissions: readonly Permission[];
}

/**
 * Decides what becomes of a rotation that somebody's lock keeps from granting everything.
 *
 * Whoever may lock a table must not be able to stop rotations for ever, so the rotation goes on without these
 * permissions, and says so with the SQL. That is safe for a user that was current before: an application has worked as
 * this user, and what it lacks is new. Two things are not worth that risk. A user that was never current would take an
 * application's permissions away on the day that it becomes current. And a policy, or a group or role, which may bring
 * policies, hides rows: without it the user would see more than it must. Both stop the rotation, which the next
 * delivery tries again.
 * @throws `KEYTURN_PERMISSIONS_INCOMPLETE`, retryable, with AWSCURRENT unchanged
 */
export async function settleLocked(
  { report }: Pick<ApplyContext, 'report'>,
  { session, database, target, mayLack }: WorkPlace & { readonly mayLack: boolean },
  locked: readonly Locked[],
): Promise<void> {
  for (const { user, permissions } of locked) {
    if (permissions.length === 0) continue;
    const told = fitting(permissions, (each) => each);
    const hides = permissions.filter((each) => isPolicy(each) || isMembership(each));
    const because =
      hides.length > 0 ? ('hides-rows' as const) : !mayLack && user === target && 'never-current';
    const sql = await session.writeOut({ user, grant: told });
    if (because !== false) {
      const which = hides.length > 0 ? hides : told;
      throw lockedOut({ user, database, what: describePermissions(which), sql, because });
    }
    report({
      name: 'permissions.notGranted',
      user,
      database,
      code: 'KEYTURN_DATABASE_TIMEOUT',
      reason: 'something holds a lock',
      permissions: told,
      ...leftOut(told, permissions.length),
      grant: sql,
    });
  }
}
