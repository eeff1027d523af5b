import { diffIndexes, indexPermissions, type PermissionIndex } from './diff-permissions.js';
import { permissionKey } from './permission-key.js';
import {
  LIMIT_DEFAULTS,
  type Permission,
  type PermissionKind,
  type Revocation,
} from './permission.js';

/** What a plan is decided from. */
export interface PlanFacts {
  /** As the target would hold them; see `mirrorPermissions`. */
  readonly source: readonly Permission[];
  readonly target: readonly Permission[];
  /** What the target has through PUBLIC, groups and roles, once it is a member wherever the source is. */
  readonly inherited: readonly Permission[];
  /** Make the target's permissions exactly the source's: whatever goes beyond is taken away. */
  readonly exact: boolean;
  /** Kinds of which nothing is taken away, because they may not have been read whole. */
  readonly unproven: ReadonlySet<PermissionKind>;
}

/** What to do about the differences of two users in one database. */
export interface PermissionPlan {
  readonly grant: readonly Permission[];
  readonly revoke: readonly Revocation[];
  /** Goes beyond the source and stays: to be reported. Of a limit that is too wide, the value it should have. */
  readonly extra: readonly Revocation[];
  /** Not granted, because the target has it through PUBLIC, a group or a role: to be reported. */
  readonly flattened: readonly Permission[];
}

/** Decides what to grant, what to take away and what merely to report. Never grants what the source has not. */
export function decidePermissionPlan(facts: PlanFacts): PermissionPlan {
  const wanted = indexPermissions(facts.source);
  const held = indexPermissions(facts.target);
  const { missing, extra } = diffIndexes(wanted, held);
  const inherited = new Set(facts.inherited.map(permissionKey));

  const grant: Permission[] = [];
  const flattened: Permission[] = [];
  const beyond = extra.map((permission): Revocation => ({
    permission,
    optionOnly: wanted.has(permissionKey(permission)),
  }));
  for (const permission of missing) {
    const other = held.get(permissionKey(permission));
    const exact = facts.exact && !facts.unproven.has(permission.kind);
    if (exact) grant.push(permission);
    // Redshift gives nothing on a column where the whole relation is open; that right is reported itself.
    else if (goesUnder(permission, held)) continue;
    else if (other !== undefined && narrows(other, permission)) {
      beyond.push({ permission, optionOnly: false });
    } else if (!permission.grantable && isCovered(permission, inherited)) {
      flattened.push(permission);
    } else grant.push(permission);
  }
  const revocable = ({ permission }: Revocation): boolean =>
    facts.exact && !facts.unproven.has(permission.kind);
  return {
    grant,
    flattened,
    revoke: beyond.filter((each) => revocable(each)),
    extra: beyond.filter((each) => !revocable(each)),
  };
}

/** A right on a column is also had through the same right on the whole relation. */
function isCovered(permission: Permission, inherited: ReadonlySet<string>): boolean {
  if (inherited.has(permissionKey(permission))) return true;
  return permission.kind === 'column' && inherited.has(relationKey(permission));
}

/** Whether a right on a column cannot be given beside one of these, which opens the whole relation. */
function goesUnder(permission: Permission, held: PermissionIndex): boolean {
  return permission.kind === 'column' && held.has(relationKey(permission));
}

function relationKey({ column: _, ...rest }: Extract<Permission, { kind: 'column' }>): string {
  return permissionKey({ ...rest, kind: 'relation' });
}

/** Whether a limit would become tighter. */
function narrows(from: Permission, to: Permission): boolean {
  if (from.kind !== 'limit' || to.kind !== 'limit') return false;
  return extentOf(to) < extentOf(from);
}

function extentOf({ limit, value }: Extract<Permission, { kind: 'limit' }>): number {
  if (value === LIMIT_DEFAULTS[limit]) return Infinity;
  return limit === 'valid-until' ? Date.parse(value) : Number(value);
}
