import { permissionKey } from './permission-key.js';
import { LIMIT_DEFAULTS, type Permission, type Revocation } from './permission.js';

/** A set of permissions after granting: each once, with the grant option if it ever had it, with the last value. */
export function withGranted(
  held: readonly Permission[],
  granted: readonly Permission[],
): readonly Permission[] {
  const byKey = new Map(held.map((permission) => [permissionKey(permission), permission]));
  for (const permission of granted) {
    const key = permissionKey(permission);
    const isDefault =
      permission.kind === 'limit' && permission.value === LIMIT_DEFAULTS[permission.limit];
    if (isDefault) byKey.delete(key);
    else if ('value' in permission || !byKey.get(key)?.grantable) byKey.set(key, permission);
  }
  return [...byKey.values()];
}

/**
 * The same after revoking. What is not there is left out silently, as databases do; a limit or setting takes the
 * value that stands instead.
 */
export function withRevoked(
  held: readonly Permission[],
  revoked: readonly Revocation[],
): readonly Permission[] {
  const gone = new Map(
    revoked.map(({ permission, optionOnly }) => [permissionKey(permission), optionOnly]),
  );
  const left = held.flatMap((permission): Permission[] => {
    const optionOnly = gone.get(permissionKey(permission));
    if (optionOnly === undefined) return [permission];
    return optionOnly ? [Object.assign({}, permission, { grantable: false })] : [];
  });
  return withGranted(
    left,
    revoked.flatMap(({ instead }) => (instead === undefined ? [] : [instead])),
  );
}
