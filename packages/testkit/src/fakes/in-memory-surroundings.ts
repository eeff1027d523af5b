import type { ErrorCode, OwnedObject, Permission, PermissionKind } from '@keyturn/core';
import { PERMISSION_SCOPE } from '@keyturn/core/adapter';

/** What others have made of one database of a cluster, as plain data. */
export interface InMemorySurroundings {
  /** Every sign-in to this database fails with this code. */
  readonly trouble?: ErrorCode | undefined;
  /** Kinds of permissions that cannot be read here, and why. */
  readonly unreadable?: readonly { readonly kind: PermissionKind; readonly reason: string }[];
  /** Relations under a lock: no permission on them can be given or taken here. */
  readonly locked?: readonly LockedRelation[];
  /** What belongs to users here, by their names. */
  readonly owned?: Readonly<Record<string, readonly OwnedObject[]>>;
  /** Permissions of PUBLIC, groups and roles; those that hold in the whole cluster are those of its first database. */
  readonly shared?: readonly SharedPermission[];
}

/** A relation that somebody's open transaction holds. */
export interface LockedRelation {
  readonly schema: string;
  readonly relation: string;
}

/** A permission that users have through others. */
export interface SharedPermission {
  readonly grantee: Grantee;
  readonly permission: Permission;
}

/** Everybody, or a group or role. */
export type Grantee =
  | { readonly type: 'public' }
  | { readonly type: 'group'; readonly name: string }
  | { readonly type: 'role'; readonly name: string };

/** Whether a permission is about a relation under a lock. */
export function isLocked({ locked = [] }: InMemorySurroundings, permission: Permission): boolean {
  if (!('relation' in permission)) return false;
  const { schema, relation } = permission;
  return locked.some((each) => each.schema === schema && each.relation === relation);
}

/** The permissions of everybody, and of the groups and roles named. */
export function inheritedThrough(
  { shared = [] }: InMemorySurroundings,
  memberships: readonly Permission[],
): readonly Permission[] {
  const isMember = (grantee: Grantee): boolean =>
    grantee.type === 'public' ||
    memberships.some(
      (each) =>
        (each.kind === 'group' && grantee.type === 'group' && each.group === grantee.name) ||
        (each.kind === 'role' && grantee.type === 'role' && each.role === grantee.name),
    );
  return shared.filter(({ grantee }) => isMember(grantee)).map(({ permission }) => permission);
}

/** The reasons why some of these kinds are not told, each kind within the scope alone. */
export function unreadableOf(
  { unreadable = [] }: InMemorySurroundings,
  where: 'all' | 'database',
  asked: (kind: PermissionKind) => boolean,
): readonly { readonly kind: PermissionKind; readonly reason: string }[] {
  return unreadable.filter(
    ({ kind }) => asked(kind) && (where === 'all' || PERMISSION_SCOPE[kind] === where),
  );
}
