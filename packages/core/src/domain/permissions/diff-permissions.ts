import { permissionKey } from './permission-key.js';
import { LIMIT_DEFAULTS, type Permission } from './permission.js';

/** Permissions by key, each once, with the grant option if it occurs with it; limits at their default are left out. */
export type PermissionIndex = ReadonlyMap<string, Permission>;

/** What has to change for one user to have what another has. */
export interface PermissionDiff {
  /** What the source has and the target lacks, has without the grant option, or has with another value. */
  readonly missing: readonly Permission[];
  /** Permissions of the target that the source lacks, or has without the grant option. */
  readonly extra: readonly Permission[];
}

/**
 * Compares two users' explicit permissions. Order does not matter; duplicates count once. A limit or setting with
 * two values is missing with the source's value, and never extra besides; a limit that the source does not have is
 * missing with its default.
 */
export function diffPermissions(
  source: readonly Permission[],
  target: readonly Permission[],
): PermissionDiff {
  return diffIndexes(indexPermissions(source), indexPermissions(target));
}

/** The same of permissions that are indexed already. */
export function diffIndexes(wanted: PermissionIndex, held: PermissionIndex): PermissionDiff {
  const unlimited: Permission[] = [];
  for (const [key, permission] of held) {
    if (permission.kind !== 'limit' || wanted.has(key)) continue;
    unlimited.push({ ...permission, value: LIMIT_DEFAULTS[permission.limit] });
  }
  return {
    missing: [...lacking(wanted, held, true), ...unlimited],
    extra: lacking(held, wanted, false).filter(({ kind }) => kind !== 'limit'),
  };
}

/** What `a` has that `b` has not, or only without the grant option, or else with another value. */
function lacking(a: PermissionIndex, b: PermissionIndex, values: boolean): readonly Permission[] {
  const less: Permission[] = [];
  for (const [key, permission] of a) {
    const other = b.get(key);
    const isLess =
      other === undefined ||
      (permission.grantable && !other.grantable) ||
      (values && valueOf(permission) !== valueOf(other));
    if (isLess) less.push(permission);
  }
  return less;
}

/** Indexes them: limits at their default are the same as none. */
export function indexPermissions(permissions: readonly Permission[]): PermissionIndex {
  const byKey = new Map<string, Permission>();
  for (const permission of permissions) {
    if (permission.kind === 'limit' && permission.value === LIMIT_DEFAULTS[permission.limit]) {
      continue;
    }
    const key = permissionKey(permission);
    if (!byKey.get(key)?.grantable) byKey.set(key, permission);
  }
  return byKey;
}

function valueOf(permission: Permission): string | undefined {
  return 'value' in permission ? permission.value : undefined;
}
