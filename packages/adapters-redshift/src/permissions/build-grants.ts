import type { Permission, PermissionKind } from '@keyturn/core';
import { FAMILIES, KINDS } from './families.js';
import type { GrantTarget, PermissionOf } from './permission-family.js';

/** The statements that give a user these permissions. Running any of them again changes nothing. */
export function buildGrants(permissions: readonly Permission[], target: GrantTarget): string[] {
  return KINDS.flatMap((kind) => grantsOf(kind, permissions, target));
}

function grantsOf<Kind extends PermissionKind>(
  kind: Kind,
  permissions: readonly Permission[],
  target: GrantTarget,
): readonly string[] {
  const some = permissions.filter((each): each is PermissionOf<Kind> => each.kind === kind);
  return FAMILIES[kind].grant(some, target);
}

/**
 * Redshift folds even quoted names of objects to lower case unless told otherwise; names of users it never folds.
 * PostgreSQL does not know the setting.
 */
export function caseSettingFor(
  permissions: readonly Permission[],
  { dialect }: GrantTarget,
): string | undefined {
  const folds = permissions.some(({ kind: _, grantable: __, ...names }) =>
    Object.entries(names).some(([key, name]) => key !== 'privilege' && /\p{Lu}/u.test(name)),
  );
  if (dialect !== 'redshift' || !folds) return undefined;
  return 'SET enable_case_sensitive_identifier TO true';
}
