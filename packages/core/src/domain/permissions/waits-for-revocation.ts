import { columnUnder, permissionKey, tablePermissionOf } from './permission-key.js';
import type { Permission, Revocation } from './permission.js';

/**
 * Tells which permissions can be given only after these were taken away. Redshift gives nothing on a column where the same
 * right on the whole relation is there, and refuses that one where there is one on a column.
 * Source: Amazon Redshift Database Developer Guide, usage notes of GRANT.
 */
export function waitsForRevocation(
  revoke: readonly Revocation[],
): (permission: Permission) => boolean {
  const gone = revoke.map(({ permission }) => permission);
  const tables = new Set(gone.filter(({ kind }) => kind === 'relation').map(permissionKey));
  const ofColumns = new Set(
    gone.flatMap((permission) =>
      permission.kind === 'column' ? [tablePermissionOf(permission)] : [],
    ),
  );
  return (permission) => {
    if (permission.kind === 'column') return columnUnder(permission, tables);
    return permission.kind === 'relation' && ofColumns.has(permissionKey(permission));
  };
}
