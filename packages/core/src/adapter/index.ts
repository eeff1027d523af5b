// `@keyturn/core/adapter`: what only implementations of ports, and whatever puts them together, need beside
// `@keyturn/core`.

// Secrets and their versions
export type {
  MoveLabelRequest,
  PutPendingRequest,
  ReadValueRequest,
  SecretStore,
  StoredValue,
  ValueOrigin,
} from '../ports/secret-store.js';
export {
  versionWith,
  type SecretDescription,
  type VersionSummary,
} from '../domain/secret-description.js';

// Databases
export type {
  DatabaseAdmin,
  DatabaseUser,
  SessionPurpose,
  SignInOutcome,
  SignInRequest,
  UserPassword,
} from '../ports/database-admin.js';
export type { DatabaseProfile } from '../domain/database-profile.js';
export type { UserLockout } from '../domain/user-lockout.js';
export type { EndpointLocator, LocateRequest, PreferredServer } from '../ports/endpoint-locator.js';
export { secretIdProblem } from '../domain/secret-id.js';
export { parseHost, parsePort, type SuperuserAddress } from '../domain/database-secret.js';
export {
  LIMIT_DEFAULTS,
  PERMISSION_SCOPE,
  type PermissionSnapshot,
} from '../domain/permissions/permission.js';
export { diffPermissions } from '../domain/permissions/diff-permissions.js';
export { withGranted, withRevoked } from '../domain/permissions/apply-changes.js';

// Passwords
export type { PasswordSource } from '../ports/password-source.js';
export { localPasswords } from '../defaults/local-passwords.js';
export {
  buildPasswordPolicy,
  drawPassword,
  meetsPolicy,
  type PasswordPolicy,
  type PasswordSettings,
} from '../domain/password-policy.js';

// Errors and texts
export { explainError, refusalToError } from '../errors.js';
export { createRedactor } from '../domain/redaction/redactor.js';
export { boundEvent } from '../domain/bound-event.js';

// More settings, read and checked like core's
export { ROTATION_SETTINGS } from '../domain/rotation-settings.js';
export {
  checkSettings,
  mergeSettings,
  readSettings,
  resolveTable,
  type Environment,
} from '../domain/settings/resolve-settings.js';
export { readRetired, type RetiredSetting } from '../domain/settings/retired-settings.js';
export * as settingForms from '../domain/settings/setting-forms.js';
export type {
  GivenSettings,
  ResolvedTable,
  SettingForm,
  SettingRow,
  SettingTable,
} from '../domain/settings/setting-row.js';
export type { UserPair } from '../domain/alternate-user.js';

export { groupBy } from '../domain/group-by.js';
