import { permissionKey } from './permission-key.js';
import type { Permission } from './permission.js';

/** Whose permissions count, and who is to have them. */
interface Couple {
  readonly source: string;
  readonly target: string;
}

/**
 * What a user's permissions are when they become the other's. Default privileges name users: what one of the pair
 * gives the other on its future objects, the other gives back; the same for what it receives. Giving and receiving
 * within the pair is one fact that is listed twice, so each brings the other along: who gives back will also receive.
 */
export function mirrorPermissions(
  permissions: readonly Permission[],
  couple: Couple,
): readonly Permission[] {
  const others: Permission[] = [];
  const mirrored = permissions.map((permission) => {
    if (permission.kind === 'default-received' && permission.owner === couple.target) {
      const { kind: _, owner: __, ...rest } = permission;
      others.push(given(rest, couple.source));
      return received(rest, couple.source);
    }
    if (isGivenTo(permission, couple.target)) {
      const { kind: _, grantee: __, granteeType: ___, ...rest } = permission;
      others.push(received(rest, couple.source));
      return given(rest, couple.source);
    }
    return permission;
  });
  const known = new Set(mirrored.map(permissionKey));
  return [...mirrored, ...others.filter((each) => !known.has(permissionKey(each)))];
}

/**
 * What one user of a pair gives the other on its future objects is listed with both. Whatever one list says about it,
 * this is what the other user's must say.
 * @param permissions of `giver`, or of whoever receives from `taker`
 */
export function otherSides(
  permissions: readonly Permission[],
  { giver, taker }: { readonly giver: string; readonly taker: string },
): readonly Permission[] {
  return permissions.flatMap((permission): readonly Permission[] => {
    if (isGivenTo(permission, taker)) {
      const { kind: _, grantee: __, granteeType: ___, ...rest } = permission;
      return [received(rest, giver)];
    }
    if (permission.kind === 'default-received' && permission.owner === taker) {
      const { kind: _, owner: __, ...rest } = permission;
      return [given(rest, giver)];
    }
    return [];
  });
}

type DefaultPermission = Omit<Extract<Permission, { kind: 'default-received' }>, 'kind' | 'owner'>;

function received(permission: DefaultPermission, owner: string): Permission {
  return { ...permission, kind: 'default-received', owner };
}

function given(permission: DefaultPermission, grantee: string): Permission {
  return { ...permission, kind: 'default-given', grantee, granteeType: 'user' };
}

function isGivenTo(
  permission: Permission,
  user: string,
): permission is Extract<Permission, { kind: 'default-given' }> {
  return (
    permission.kind === 'default-given' &&
    permission.granteeType === 'user' &&
    permission.grantee === user
  );
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
