import type { Permission } from './permission.js';

/** What has to change for one user to have what another has. */
export interface PermissionDiff {
  /** Rights of the source that the target lacks, or has without the grant option. */
  readonly missing: readonly Permission[];
  /** Rights of the target that the source lacks, or has without the grant option. */
  readonly extra: readonly Permission[];
}

/** Compares two users' explicit permissions. Order does not matter; duplicates count once. */
export function diffPermissions(
  source: readonly Permission[],
  target: readonly Permission[],
): PermissionDiff {
  return { missing: lacking(source, target), extra: lacking(target, source) };
}

/** What `a` has that `b` has not, or only without the grant option. */
function lacking(a: readonly Permission[], b: readonly Permission[]): readonly Permission[] {
  const held = strongest(b);
  return [...strongest(a)].flatMap(([key, permission]) => {
    const other = held.get(key);
    return other === undefined || (permission.grantable && !other.grantable) ? [permission] : [];
  });
}

function strongest(permissions: readonly Permission[]): Map<string, Permission> {
  const byKey = new Map<string, Permission>();
  for (const permission of permissions) {
    const key = permissionKey(permission);
    if (!byKey.get(key)?.grantable) byKey.set(key, permission);
  }
  return byKey;
}

/** Identifies a right, whether grantable or not. */
export function permissionKey(permission: Permission): string {
  const { grantable: _, ...identity } = permission;
  return JSON.stringify(Object.entries(identity).sort(([a], [b]) => (a < b ? -1 : 1)));
}
