import {
  decidePermissionPlan,
  type PermissionPlan,
} from '../../domain/permissions/decide-permission-plan.js';
import { mirrorPermissions } from '../../domain/permissions/mirror-permissions.js';
import type {
  Permission,
  PermissionKind,
  PermissionSnapshot,
} from '../../domain/permissions/permission.js';
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
}

/** What was read of one database. */
interface DatabaseReading {
  readonly wanted: PermissionSnapshot;
  readonly held: PermissionSnapshot;
  readonly memberships: readonly Permission[];
  /** Of the kinds that are to be granted; empty where nothing is. */
  readonly inherited: readonly Permission[];
}

/** One database looked at: nothing is changed yet. */
export type DatabasePlan = PermissionPlan & DatabaseReading;

/** Reads both users and decides. Changes nothing. */
export async function planDatabase(
  session: DatabaseSession,
  request: PlanRequest,
): Promise<DatabasePlan> {
  const { source: user, target, scope, exact } = request;
  const wanted = await session.readPermissions({ user, scope });
  const held = await session.readPermissions({ user: target, scope });
  const memberships =
    request.memberships ??
    [...mirrorPermissions(wanted.permissions, request), ...held.permissions].filter(isMembership);
  const first = decide(request, { wanted, held, memberships, inherited: [] });
  const unproven = unprovenKinds({ wanted, held });
  // Where all is made equal, what comes through a group is given directly, too: but not without proof of the rest.
  const kinds = kindsOf(
    first.grant.filter((each) => !isMembership(each) && !(exact && !unproven.has(each.kind))),
  );
  if (kinds.size === 0) return first;
  // A right on a column is also had through the same right on the whole relation.
  if (kinds.has('column')) kinds.add('relation');
  const inherited = await session.readInherited({ memberships, kinds: [...kinds] });
  return decide(request, { wanted, held, memberships, inherited });
}

/** Reads again what the target was given, and decides anew. */
export async function planAgain(
  session: DatabaseSession,
  request: PlanRequest,
  plan: DatabasePlan,
): Promise<DatabasePlan> {
  const { target: user, scope } = request;
  const kinds = kindsOf(plan.grant);
  const again = await session.readPermissions({ user, scope, kinds: [...kinds] });
  const isOther = ({ kind }: { readonly kind: PermissionKind }): boolean => !kinds.has(kind);
  const held: PermissionSnapshot = {
    ...again,
    permissions: [...plan.held.permissions.filter(isOther), ...again.permissions],
    notChecked: [...plan.held.notChecked.filter(isOther), ...again.notChecked],
  };
  return decide(request, { ...plan, held });
}

function decide(request: PlanRequest, reading: DatabaseReading): DatabasePlan {
  const { wanted, held, memberships, inherited } = reading;
  const plan = decidePermissionPlan({
    source: mirrorPermissions(wanted.permissions, request),
    target: held.permissions,
    inherited,
    exact: request.exact,
    unproven: unprovenKinds(reading),
  });
  return { ...plan, wanted, held, memberships, inherited };
}

function unprovenKinds({
  wanted,
  held,
}: Pick<DatabaseReading, 'wanted' | 'held'>): Set<PermissionKind> {
  return new Set([...wanted.notChecked, ...held.notChecked].map(({ kind }) => kind));
}

function kindsOf(permissions: readonly Permission[]): Set<PermissionKind> {
  return new Set(permissions.map(({ kind }) => kind));
}

/** Memberships are given before anything else, since other rights come with them. */
export function isMembership({ kind }: Permission): boolean {
  return kind === 'group' || kind === 'role';
}
