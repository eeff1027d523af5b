// Terminology: docs/how-rotation-works.md. The public surface, grouped.

// Errors
export {
  DatabaseError,
  EndpointError,
  explainError,
  InvalidInputError,
  KeyturnError,
  RotationRefusedError,
  SecretStoreError,
  VerificationFailedError,
  type CheckFailure,
  type ErrorPlace,
  type KeyturnErrorOptions,
} from './errors.js';
export { ERROR_CODES, type ErrorCode } from './domain/error-code.js';
export { isRefusal, refuse, type Refusal } from './domain/refusal.js';
export { refusalToError } from './errors.js';

// Values
export { Sensitive } from './domain/sensitive.js';
export { AWSCURRENT, AWSPENDING, AWSPREVIOUS } from './domain/staging-label.js';
export {
  versionWith,
  type SecretDescription,
  type VersionId,
  type VersionSummary,
} from './domain/secret-description.js';
export {
  parseRotationEvent,
  ROTATION_STEPS,
  type RotationRequest,
  type RotationStep,
} from './domain/rotation-request.js';
export type { DatabaseAddress } from './domain/database-address.js';
export type { CharacterClass, DatabaseProfile, PasswordRules } from './domain/database-profile.js';
export {
  buildPasswordPolicy,
  drawPassword,
  meetsPolicy,
  type PasswordPolicy,
  type PasswordSettings,
} from './domain/password-policy.js';
export {
  LIMIT_DEFAULTS,
  PERMISSION_SCOPE,
  type OwnedObject,
  type Permission,
  type PermissionKind,
  type PermissionSnapshot,
  type Revocation,
} from './domain/permissions/permission.js';
export { diffPermissions, type PermissionDiff } from './domain/permissions/diff-permissions.js';
export {
  describeName,
  describeOwned,
  describePermissions,
  describeRevocations,
} from './domain/permissions/describe-permission.js';
export { extraNote } from './domain/permissions/describe-extra.js';
export type { ExtraReason } from './domain/permissions/permission-work.js';
export { withGranted, withRevoked } from './domain/permissions/apply-changes.js';
export { boundEvent, type CutLists } from './domain/bound-event.js';
export type {
  RotationEvent,
  RotationEventDetail,
  RotationEventPlace,
} from './domain/rotation-event.js';

export type { KnownLockout, UserLockout } from './domain/user-lockout.js';

// Ports
export type { Clock } from './ports/clock.js';
export type {
  DatabaseAdmin,
  DatabaseSession,
  DatabaseUser,
  SessionBounds,
  SignInOutcome,
  SessionPurpose,
  SignInRequest,
  UserPassword,
} from './ports/database-admin.js';
export type { EndpointLocator, LocateRequest, PreferredServer } from './ports/endpoint-locator.js';
export type { PasswordSource } from './ports/password-source.js';
export type { RotationObserver } from './ports/rotation-observer.js';
export type {
  MoveLabelRequest,
  PutPendingRequest,
  ReadValueRequest,
  SecretStore,
  StoredValue,
  ValueOrigin,
} from './ports/secret-store.js';
export type { VerificationCheck, VerificationSubject } from './ports/verification-check.js';

// The engine and its strategies
export {
  RotationEngine,
  type RotationEngineOptions,
  type StepResult,
} from './engine/rotation-engine.js';
export { singleUser, type SingleUserOptions } from './strategies/single-user.js';
export { alternatingUsers, type AlternatingUsersOptions } from './strategies/alternating-users.js';
export {
  planPermissions,
  type PlanPermissionsRequest,
} from './strategies/permissions/plan-permissions.js';
export type {
  DatabasePermissionPlan,
  MutualGrants,
  OwnedByUser,
} from './strategies/permissions/present-plan.js';
export type {
  ApplyContext,
  ChangePasswordRequest,
  NextUser,
  NextUserRequest,
  PrepareContext,
  ProveOwnershipRequest,
  RotationStrategy,
  TriedCredential,
  TryStoredRequest,
  WorkingCredential,
} from './ports/rotation-strategy.js';
export { signInCheck } from './checks/sign-in-check.js';
export {
  resolveSettings,
  ROTATION_SETTINGS,
  type PermissionPolicy,
  type ResolvedSettings,
  type RotationSettings,
} from './domain/rotation-settings.js';
export {
  checkSettings,
  mergeSettings,
  readSettings,
  resolveTable,
  type Environment,
} from './domain/settings/resolve-settings.js';
export * as settingForms from './domain/settings/setting-forms.js';
export type {
  GivenSettings,
  ResolvedTable,
  SettingForm,
  SettingRow,
  SettingTable,
} from './domain/settings/setting-row.js';
export type { OwnershipProof } from './domain/ownership-proof.js';
export type { UserPair } from './domain/alternate-user.js';
export {
  parseHost,
  parsePort,
  type DatabaseSecret,
  type SuperuserAddress,
} from './domain/database-secret.js';

// Operations for tooling without a rotation function
export {
  runRotation,
  type RotationRun,
  type RunRotationOptions,
} from './operations/run-rotation.js';
export { diagnose, type DiagnoseOptions, type DiagnosisReport } from './operations/diagnose.js';
export { repair, type Repair, type RepairOptions } from './operations/repair.js';
export {
  planSecretPermissions,
  type SecretPermissionPlan,
} from './operations/plan-secret-permissions.js';
export type { Diagnosis } from './domain/diagnosis/diagnosis.js';
export type {
  DiagnosisFacts,
  Obstacle,
  PairFacts,
  ReadFacts,
  UnreadFacts,
  VersionFacts,
} from './domain/diagnosis/diagnosis-facts.js';
export type { OtherUser, UserHistory } from './domain/diagnosis/user-history.js';
export {
  DIAGNOSIS_STATES,
  type DiagnosisState,
  type DiagnosisStateRow,
} from './domain/diagnosis/diagnosis-states.js';
export type { NextAction } from './domain/diagnosis/next-action.js';

// Defaults that need nothing but the runtime
export { systemClock } from './defaults/system-clock.js';
export { localPasswords } from './defaults/local-passwords.js';

// A fleet of secrets
export {
  rotatedAccordingTo,
  rotateFleet,
  type FleetFailure,
  type FleetProgress,
  type FleetReport,
  type RotateFleetOptions,
} from './operations/rotate-fleet.js';
export type { FleetMember } from './operations/fleet-queue.js';
export type { FleetEntry, FleetJournal } from './ports/fleet-journal.js';
export {
  decideFleetMember,
  type FleetMemberDecision,
  type ListedSecret,
  type SkipReason,
} from './domain/decide-fleet-member.js';
export { groupBy } from './domain/group-by.js';
export { clusterOf } from './domain/cluster-of.js';

// Taking secrets out of texts
export { createRedactor, type Redactor, type Secrets } from './domain/redaction/redactor.js';

// Printing for people
export { makeJsonVisible, makeVisible } from './domain/visible-text.js';
