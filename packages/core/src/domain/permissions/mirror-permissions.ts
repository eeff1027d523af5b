import type { Permission } from './permission.js';

/**
 * What a user's permissions are when they become the other's. Default privileges name users: what one of the pair
 * gives the other on its future objects, the other gives back; the same for what it receives.
 */
export function mirrorPermissions(
  permissions: readonly Permission[],
  { source, target }: { readonly source: string; readonly target: string },
): readonly Permission[] {
  return permissions.map((permission): Permission => {
    if (permission.kind === 'default-received' && permission.owner === target) {
      return { ...permission, owner: source };
    }
    const toTarget =
      permission.kind === 'default-given' &&
      permission.granteeType === 'user' &&
      permission.grantee === target;
    return toTarget ? { ...permission, grantee: source } : permission;
  });
}

const TABLE_RIGHTS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'REFERENCES', 'TRUNCATE'];

/** What each of a pair has to give the other so that neither misses what the other will make. */
export function mutualDefaults(other: string): readonly Permission[] {
  const common = {
    kind: 'default-given',
    grantee: other,
    granteeType: 'user',
    schema: '',
    grantable: false,
  } as const;
  return [
    ...TABLE_RIGHTS.map((privilege): Permission => ({ ...common, objects: 'TABLES', privilege })),
    { ...common, objects: 'FUNCTIONS', privilege: 'EXECUTE' },
  ];
}
