import { LIMIT_DEFAULTS, type Permission } from './permission.js';

/** What has to change for one user to have what another has. */
export interface PermissionDiff {
  /** What the source has and the target lacks, has without the grant option, or has with another value. */
  readonly missing: readonly Permission[];
  /** Rights of the target that the source lacks, or has without the grant option. */
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
  const wanted = strongest(source);
  const held = strongest(target);
  const unlimited = [...held].flatMap(([key, permission]) =>
    permission.kind === 'limit' && !wanted.has(key)
      ? [{ ...permission, value: LIMIT_DEFAULTS[permission.limit] }]
      : [],
  );
  return {
    missing: [...lacking(wanted, held, true), ...unlimited],
    extra: lacking(held, wanted, false).filter(({ kind }) => kind !== 'limit'),
  };
}

/** What `a` has that `b` has not, or only without the grant option, or else with another value. */
function lacking(
  a: ReadonlyMap<string, Permission>,
  b: ReadonlyMap<string, Permission>,
  values: boolean,
): readonly Permission[] {
  return [...a].flatMap(([key, permission]) => {
    const other = b.get(key);
    const less =
      other === undefined ||
      (permission.grantable && !other.grantable) ||
      (values && valueOf(permission) !== valueOf(other));
    return less ? [permission] : [];
  });
}

/** By key; limits at their default are the same as none. */
function strongest(permissions: readonly Permission[]): Map<string, Permission> {
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

/** Identifies a right, whether grantable or not, and a limit or setting, whatever its value. */
export function permissionKey(permission: Permission): string {
  const identity = Object.entries(permission).filter(
    ([field]) => field !== 'grantable' && field !== 'value',
  );
  return JSON.stringify(identity.sort(([a], [b]) => (a < b ? -1 : 1)));
}
