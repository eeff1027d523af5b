import type { Permission, Revocation } from './permission.js';

/**
 * Tells which rights can be given only after these were taken away. Redshift gives nothing on a column where the same
 * right on the whole relation is there, and refuses that one where there is one on a column.
 * Source: Amazon Redshift Database Developer Guide, usage notes of GRANT.
 */
export function waitsForRevocation(
  revoke: readonly Revocation[],
): (permission: Permission) => boolean {
  const gone = new Set(revoke.map(({ permission }) => keyOf(permission, permission.kind)));
  return (permission) => {
    if (permission.kind === 'column') return gone.has(keyOf(permission, 'relation'));
    return permission.kind === 'relation' && gone.has(keyOf(permission, 'column'));
  };
}

function keyOf(permission: Permission, kind: string): string | undefined {
  if (permission.kind !== 'column' && permission.kind !== 'relation') return undefined;
  const { schema, relation, privilege } = permission;
  return JSON.stringify([kind, schema, relation, privilege]);
}
