import type { PermissionKind } from '@keyturn/core';
import { assumeRolePermissions } from './assume-role-permissions.js';
import { columnPermissions } from './column-permissions.js';
import { databasePermissions } from './database-permissions.js';
import { datasharePermissions } from './datashare-permissions.js';
import { defaultsGiven, defaultsReceived } from './default-permissions.js';
import { groupMemberships } from './group-memberships.js';
import { languagePermissions } from './language-permissions.js';
import { modelPermissions } from './model-permissions.js';
import type { PermissionFamily } from './permission-family.js';
import { maskingPolicies, rowPolicies } from './policy-attachments.js';
import { relationPermissions } from './relation-permissions.js';
import { roleMemberships } from './role-memberships.js';
import { routinePermissions } from './routine-permissions.js';
import { schemaPermissions } from './schema-permissions.js';
import { scopedPermissions } from './scoped-permissions.js';
import { userFlags, userLimits } from './user-limits.js';
import { userSettings } from './user-settings.js';

/**
 * Every kind of permission there is, in the order in which they are read and given. Policies come before the
 * permissions whose consequences they limit.
 */
export const FAMILIES: { readonly [Kind in PermissionKind]: PermissionFamily<Kind> } = {
  group: groupMemberships,
  role: roleMemberships,
  'row-policy': rowPolicies,
  'masking-policy': maskingPolicies,
  flag: userFlags,
  limit: userLimits,
  setting: userSettings,
  database: databasePermissions,
  schema: schemaPermissions,
  scoped: scopedPermissions,
  relation: relationPermissions,
  column: columnPermissions,
  routine: routinePermissions,
  language: languagePermissions,
  datashare: datasharePermissions,
  model: modelPermissions,
  'assume-role': assumeRolePermissions,
  'default-received': defaultsReceived,
  'default-given': defaultsGiven,
};

/** The keys of {@link FAMILIES}, in order. */
export const KINDS = Object.keys(FAMILIES) as readonly PermissionKind[];
