import { diffIndexes, indexPermissions, type PermissionIndex } from './diff-permissions.js';
import { isTighter, limitOf } from './limits.js';
import { columnUnder, permissionKey, tablePermissionOf } from './permission-key.js';
import type { Permission, PermissionKind, Revocation } from './permission.js';

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
  /** Whether the target is new, so that nobody has chosen its limits. Default false. */
  readonly fresh?: boolean;
  /** Whether one permission in particular may be taken away, where all is made equal. Default: each may. */
  readonly mayTake?: (revocation: Revocation) => boolean;
}

/** What to do about the differences of two users in one database. */
export interface PermissionPlan {
  readonly grant: readonly Permission[];
  /** Tightened limits and overwritten settings among them. */
  readonly revoke: readonly Revocation[];
  /**
   * Permissions on columns that give way to the same permission on their whole table, which Redshift refuses beside them. What
   * the target may do only grows.
   */
  readonly replaced: readonly Revocation[];
  /** Goes beyond the source and stays: to be reported. */
  readonly extra: readonly Revocation[];
  /** Not granted, because the target has it through PUBLIC, a group or a role: to be reported. */
  readonly flattened: readonly Permission[];
}

/** Decides what to grant, what to take away and what merely to report. Never grants what the source has not. */
export function decidePermissionPlan(facts: PlanFacts): PermissionPlan {
  const wanted = indexPermissions(facts.source);
  const held = indexPermissions(facts.target);
  const { missing, extra } = diffIndexes(wanted, held);
  const { mayTake = () => true } = facts;
  const isExact = ({ kind }: Permission): boolean => facts.exact && !facts.unproven.has(kind);

  const changes = missing.map((permission) => ({
    permission,
    takes: takenBy(permission, held, { exact: isExact(permission), fresh: facts.fresh === true }),
  }));
  const beyond = [
    ...extra.map((permission): Revocation => ({
      permission,
      optionOnly: wanted.has(permissionKey(permission)),
    })),
    ...changes.flatMap(({ takes }) => (takes === undefined ? [] : [takes])),
  ];
  const taken = new Set(beyond.filter((each) => isExact(each.permission) && mayTake(each)));
  const goes = new Set([...taken].map(({ permission }) => permissionKey(permission)));

  const inherited = new Set(facts.inherited.map(permissionKey));
  const grant: Permission[] = [];
  const flattened: Permission[] = [];
  for (const { permission, takes } of changes) {
    if (takes !== undefined) continue;
    const exact = isExact(permission);
    // Redshift gives nothing on a column where the whole table is open; that permission is reported itself.
    if (isUnderOpenTable(permission, { wanted, held, goes, exact })) continue;
    if (!exact && !permission.grantable && isCovered(permission, inherited)) {
      flattened.push(permission);
    } else grant.push(permission);
  }
  const replaced = columnsInTheWay(grant, { wanted, held, goes });
  const gives = new Set(replaced.map(({ permission }) => permissionKey(permission)));
  return {
    grant,
    flattened,
    replaced,
    revoke: [...taken],
    extra: beyond.filter((each) => !taken.has(each) && !gives.has(permissionKey(each.permission))),
  };
}

/** What giving a limit or a setting its new value takes from the target; undefined where it takes nothing. */
function takenBy(
  permission: Permission,
  held: PermissionIndex,
  { exact, fresh }: { readonly exact: boolean; readonly fresh: boolean },
): Revocation | undefined {
  const before = held.get(permissionKey(permission));
  const replaces = (of: Permission): Revocation => ({
    permission: of,
    optionOnly: false,
    instead: permission,
  });
  if (permission.kind === 'setting') {
    return exact && before !== undefined ? replaces(before) : undefined;
  }
  if (permission.kind !== 'limit') return undefined;
  // Of a new user nobody has chosen the default, and under policies that only add nobody counts as having done so.
  if (before === undefined && (fresh || !exact)) return undefined;
  const from = before?.kind === 'limit' ? before : limitOf(permission.limit);
  return isTighter(permission, from) ? replaces(from) : undefined;
}

/** Both users' permissions by key, and what will be taken away. */
interface PairPermissions {
  readonly wanted: PermissionIndex;
  readonly held: PermissionIndex;
  readonly goes: ReadonlySet<string>;
}

/** Whether a permission on a column cannot be given, because the whole table is open and stays so. */
function isUnderOpenTable(
  permission: Permission,
  { wanted, held, goes, exact }: PairPermissions & { readonly exact: boolean },
): boolean {
  if (permission.kind !== 'column') return false;
  const table = tablePermissionOf(permission);
  // A source that has both has shown that this server allows both.
  return held.has(table) && !goes.has(table) && !(exact && wanted.has(table));
}

/** Permissions on columns beside which Redshift refuses to grant these. */
function columnsInTheWay(
  grant: readonly Permission[],
  { wanted, held, goes }: PairPermissions,
): readonly Revocation[] {
  const tables = new Set(grant.filter(({ kind }) => kind === 'relation').map(permissionKey));
  if (tables.size === 0) return [];
  return [...held].flatMap(([key, permission]): readonly Revocation[] => {
    const inTheWay = columnUnder(permission, tables) && !wanted.has(key) && !goes.has(key);
    return inTheWay ? [{ permission, optionOnly: false }] : [];
  });
}

/** A permission on a column is also had through the same permission on the whole relation. */
function isCovered(permission: Permission, inherited: ReadonlySet<string>): boolean {
  return inherited.has(permissionKey(permission)) || columnUnder(permission, inherited);
}
