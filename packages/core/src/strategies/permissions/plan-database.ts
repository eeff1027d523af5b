import {
  decidePermissionPlan,
  type PermissionPlan,
} from '../../domain/permissions/decide-permission-plan.js';
import { mirrorPermissions } from '../../domain/permissions/mirror-permissions.js';
import type { Permission, PermissionSnapshot } from '../../domain/permissions/permission.js';
import type { DatabaseSession } from '../../ports/database-admin.js';

/** Whose permissions count, and who is to have them. */
export interface UserCouple {
  readonly source: string;
  readonly target: string;
}

/** How one database is looked at. */
export interface PlanRequest extends UserCouple {
  /** `all` in the first database, `database` in the others. */
  readonly scope: 'all' | 'database';
  /** Groups and roles that the target will belong to, where another database has told already. */
  readonly memberships?: readonly Permission[];
  readonly exact: boolean;
  /** What the source has, where it was read a moment ago. Default: it is read. */
  readonly wanted?: PermissionSnapshot;
}

/** One database looked at: nothing is changed yet. */
export interface DatabasePlan extends PermissionPlan {
  readonly wanted: PermissionSnapshot;
  readonly held: PermissionSnapshot;
  readonly memberships: readonly Permission[];
}

/** Reads both users and decides. Changes nothing. */
export async function planDatabase(
  session: DatabaseSession,
  request: PlanRequest,
): Promise<DatabasePlan> {
  const { source: user, target, scope, exact } = request;
  const wanted = request.wanted ?? (await session.readPermissions({ user, scope }));
  const held = await session.readPermissions({ user: target, scope });
  const source = mirrorPermissions(wanted.permissions, request);
  const memberships = request.memberships ?? [...source, ...held.permissions].filter(isMembership);
  const unproven = new Set([...wanted.notChecked, ...held.notChecked].map(({ kind }) => kind));
  const decide = (inherited: readonly Permission[]): PermissionPlan =>
    decidePermissionPlan({ source, target: held.permissions, inherited, exact, unproven });

  const first = decide([]);
  const asksForMore = !exact && first.grant.some((permission) => !isMembership(permission));
  const plan = asksForMore ? decide(await session.readInherited({ memberships })) : first;
  return { ...plan, wanted, held, memberships };
}

/** Memberships are given before anything else, since other rights come with them. */
export function isMembership({ kind }: Permission): boolean {
  return kind === 'group' || kind === 'role';
}
