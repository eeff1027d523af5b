import type { PermissionKind } from '@keyturn/core';
import { databasePermissions } from './database-permissions.js';
import { groupMemberships } from './group-memberships.js';
import type { PermissionFamily } from './permission-family.js';
import { relationPermissions } from './relation-permissions.js';
import { roleMemberships } from './role-memberships.js';
import { schemaPermissions } from './schema-permissions.js';

/** Every kind of permission there is, in the order in which they are read and given. */
export const FAMILIES: { readonly [Kind in PermissionKind]: PermissionFamily<Kind> } = {
  database: databasePermissions,
  schema: schemaPermissions,
  relation: relationPermissions,
  group: groupMemberships,
  role: roleMemberships,
};

/** The keys of {@link FAMILIES}, in order. */
export const KINDS = Object.keys(FAMILIES) as readonly PermissionKind[];
