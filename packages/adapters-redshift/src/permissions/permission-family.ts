import type { Permission, PermissionKind } from '@keyturn/core';
import type { Dialect } from '../dialect.js';
import type { SqlSession } from '../sql-session.js';
import type { OwnedObjects } from './owned-objects.js';

/** Every permission of one kind. */
export type PermissionOf<Kind extends PermissionKind> = Extract<Permission, { kind: Kind }>;

/** What a family is given to read with. */
export interface ReadContext {
  readonly sql: SqlSession;
  readonly dialect: Dialect;
  /** Whose permissions. */
  readonly user: string;
  /** What belongs to the user: an owner's rights are not grants, but may be listed like them. */
  readonly owned: OwnedObjects;
}

/** What was read, and what of it could not be understood. */
export interface Reading<Kind extends PermissionKind> {
  readonly permissions: readonly PermissionOf<Kind>[];
  /** Reasons why there may be more than `permissions` says. */
  readonly problems: readonly string[];
}

/** To whom rights are given, and how the server wants it said. */
export interface GrantTarget {
  readonly user: string;
  readonly dialect: Dialect;
}

/**
 * One kind of permission: where it is read, and how it is given. Another kind is another file like those beside
 * this one, and a line in `families.ts`.
 */
export interface PermissionFamily<Kind extends PermissionKind> {
  /** Whether the rows of others are shown to superusers alone. */
  readonly hiddenFromOthers: boolean;
  read(context: ReadContext): Promise<Reading<Kind>>;
  /** The statements that give these; one privilege set of one object costs one statement at most. */
  grant(permissions: readonly PermissionOf<Kind>[], target: GrantTarget): readonly string[];
}
