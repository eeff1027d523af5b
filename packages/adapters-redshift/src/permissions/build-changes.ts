import type { Permission, PermissionKind, Revocation } from '@keyturn/core';
import { FAMILIES, KINDS } from './families.js';
import type { GrantTarget, PermissionOf, RevocationOf } from './permission-family.js';

/** The statements that give a user these permissions. Running any of them again changes nothing. */
export function buildGrants(permissions: readonly Permission[], target: GrantTarget): string[] {
  return KINDS.flatMap((kind) => grantsOf(kind, permissions, target));
}

/** The statements that take these away again, in the opposite order. */
export function buildRevokes(revocations: readonly Revocation[], target: GrantTarget): string[] {
  return [...KINDS].reverse().flatMap((kind) => revokesOf(kind, revocations, target));
}

function grantsOf<Kind extends PermissionKind>(
  kind: Kind,
  permissions: readonly Permission[],
  target: GrantTarget,
): readonly string[] {
  const some = permissions.filter((each): each is PermissionOf<Kind> => each.kind === kind);
  return some.length === 0 ? [] : FAMILIES[kind].grant(some, target);
}

function revokesOf<Kind extends PermissionKind>(
  kind: Kind,
  revocations: readonly Revocation[],
  target: GrantTarget,
): readonly string[] {
  const some = revocations.filter(
    (each): each is RevocationOf<Kind> => each.permission.kind === kind,
  );
  return some.length === 0 ? [] : FAMILIES[kind].revoke(some, target);
}

/** Fields that hold names of objects, which a server may fold. */
const FOLDED = [
  ...['database', 'schema', 'relation', 'column', 'name', 'arguments', 'language'],
  ...['datashare', 'model', 'policy', 'outputColumns', 'inputColumns'],
  // Whether these are folded is not documented, and asking for their case does no harm.
  ...['group', 'role', 'grantee'],
];

/**
 * Redshift folds even quoted names of objects to lower case unless told otherwise; names of users it never folds.
 * PostgreSQL does not know the setting.
 */
export function caseSettingFor(
  permissions: readonly Permission[],
  { dialect }: GrantTarget,
): string | undefined {
  const folds = permissions.some((permission) =>
    Object.entries(permission).some(
      ([key, name]) => FOLDED.includes(key) && /\p{Lu}/u.test(String(name)),
    ),
  );
  if (dialect !== 'redshift' || !folds) return undefined;
  return 'SET enable_case_sensitive_identifier TO true';
}
