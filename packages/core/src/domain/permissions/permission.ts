/**
 * One right that was granted to a user explicitly: never one that comes through PUBLIC, a group or a role.
 * `grantable` is the grant option (for a role: the admin option).
 */
export type Permission =
  | {
      readonly kind: 'database';
      readonly database: string;
      readonly privilege: string;
      readonly grantable: boolean;
    }
  | {
      readonly kind: 'schema';
      readonly schema: string;
      readonly privilege: string;
      readonly grantable: boolean;
    }
  | {
      readonly kind: 'relation';
      readonly schema: string;
      readonly relation: string;
      readonly privilege: string;
      readonly grantable: boolean;
    }
  | { readonly kind: 'group'; readonly group: string; readonly grantable: false }
  | { readonly kind: 'role'; readonly role: string; readonly grantable: boolean };

/** The kinds of permission keyturn knows how to read and give. */
export type PermissionKind = Permission['kind'];

/** All that was found of one user's permissions in one session. */
export interface PermissionSnapshot {
  readonly permissions: readonly Permission[];
  /** Kinds that could not be read, with the reason. A kind listed here is unknown, never empty. */
  readonly notChecked: readonly { readonly kind: PermissionKind; readonly reason: string }[];
}
