import type { Permission, PermissionKind, Revocation } from '@keyturn/core';
import type { Dialect } from '../dialect.js';
import type { SqlSession } from '../sql-session.js';
import type { Grantees } from './grantees.js';
import type { OwnedObjects } from './owned-objects.js';
import type { UserAttributes } from './user-attributes.js';

/** Every permission of one kind. */
export type PermissionOf<Kind extends PermissionKind> = Extract<Permission, { kind: Kind }>;

/** A permission of one kind to take away. */
export interface RevocationOf<Kind extends PermissionKind> extends Revocation {
  readonly permission: PermissionOf<Kind>;
}

/** What a family is given to read with. */
export interface ReadContext {
  readonly sql: SqlSession;
  readonly dialect: Dialect;
  /** The schema of the SVV views. */
  readonly views: string;
  /** Why views that are there are not read. */
  readonly viewsProblem?: string | undefined;
  /** Whose permissions. Empty for those of groups, roles and everybody. */
  readonly user: string;
  readonly grantees: Grantees;
  /** What belongs to the user: an owner's permissions are not grants, but may be listed like them. */
  readonly owned: OwnedObjects;
  /** Flags, limits and settings of the user, read once; undefined where there is no such user. */
  attributes(): Promise<UserAttributes | undefined>;
}

/** What was read, and what of it could not be understood. */
export interface Reading<Kind extends PermissionKind> {
  readonly permissions: readonly PermissionOf<Kind>[];
  /** Reasons why there may be more than `permissions` says. */
  readonly problems: readonly string[];
}

/** To whom permissions are given, and how the server wants it said. */
export interface GrantTarget {
  readonly user: string;
  readonly dialect: Dialect;
}

/**
 * One kind of permission: where it is read, how it is given and taken away. Another kind is another file like
 * those beside this one, and a line in `families.ts`.
 */
export interface PermissionFamily<Kind extends PermissionKind> {
  /** Who is shown all of a user's rows. `superuser`: not even the user itself. */
  readonly shownTo: 'everybody' | 'grantee' | 'superuser';
  /** Whether PUBLIC, groups and roles can have it, too. */
  readonly inherits: boolean;
  read(context: ReadContext): Promise<Reading<Kind>>;
  /** Whether a statement can be made of it, once its names can be quoted. Default: of every one. */
  writable?(permission: PermissionOf<Kind>): boolean;
  /** The statements that give these; one privilege set of one object costs one statement at most. */
  grant(permissions: readonly PermissionOf<Kind>[], target: GrantTarget): readonly string[];
  revoke(revocations: readonly RevocationOf<Kind>[], target: GrantTarget): readonly string[];
}
