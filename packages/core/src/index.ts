// What users of keyturn name: to rotate, to write a strategy or a check, to build tooling. The words are explained in
// ports/README.md. What only implementations of ports and the parts around them need is in adapter/index.ts.

// Errors
export {
  DatabaseError,
  EndpointError,
  InvalidInputError,
  KeyturnError,
  RotationRefusedError,
  SecretStoreError,
  VerificationFailedError,
  type CheckFailure,
  type KeyturnErrorOptions,
} from './errors.js';
export { ERROR_CODES, type ErrorCode } from './domain/error-code.js';
export { isRefusal, refuse, type Refusal } from './domain/refusal.js';

// The engine, and what it is given
export {
  RotationEngine,
  type RotationEngineOptions,
  type StepResult,
} from './engine/rotation-engine.js';
export {
  parseRotationEvent,
  ROTATION_STEPS,
  type RotationRequest,
  type RotationStep,
} from './domain/rotation-request.js';
export type {
  PermissionPolicy,
  ResolvedSettings,
  RotationSettings,
} from './domain/rotation-settings.js';
export { singleUser, type SingleUserOptions } from './strategies/single-user.js';
export { alternatingUsers, type AlternatingUsersOptions } from './strategies/alternating-users.js';
export { signInCheck } from './checks/sign-in-check.js';
export type { Clock } from './ports/clock.js';
export { systemClock } from './defaults/system-clock.js';
export type { RotationObserver } from './ports/rotation-observer.js';
export {
  HEALINGS,
  type HealingCode,
  type RotationEvent,
  type RotationEventDetail,
} from './domain/rotation-event.js';
export { STEP_OUTCOMES, type StepOutcome } from './domain/step-outcome.js';
export type { ExtraReason } from './domain/permissions/permission-work.js';

// To write a strategy or a check
export type { VerificationCheck, VerificationSubject } from './ports/verification-check.js';
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
export type { OwnershipProof } from './domain/ownership-proof.js';
export type { DatabaseAddress } from './domain/database-address.js';
export type { DatabaseSecret } from './domain/database-secret.js';
export type { DatabaseSession, SessionBounds } from './ports/database-admin.js';
export { Sensitive } from './domain/sensitive.js';
export { AWSCURRENT, AWSPENDING, AWSPREVIOUS } from './domain/staging-label.js';
export type { VersionId } from './domain/secret-description.js';

// Operations for tooling without a rotation function
export {
  runRotation,
  type RotationRun,
  type RunRotationOptions,
} from './operations/run-rotation.js';
export { diagnose, type DiagnoseOptions, type DiagnosisReport } from './operations/diagnose.js';
export type { Diagnosis } from './domain/diagnosis/diagnosis.js';
export type { VersionFacts } from './domain/diagnosis/diagnosis-facts.js';
export type { NextAction } from './domain/diagnosis/next-action.js';
export {
  DIAGNOSIS_STATES,
  type DiagnosisState,
  type DiagnosisStateRow,
} from './domain/diagnosis/diagnosis-states.js';
export { repair, type Repair, type RepairOptions } from './operations/repair.js';
export {
  planSecretPermissions,
  type SecretPermissionPlan,
} from './operations/plan-secret-permissions.js';
export type { DatabasePermissionPlan } from './strategies/permissions/present-plan.js';
export type {
  OwnedObject,
  Permission,
  PermissionKind,
  Revocation,
} from './domain/permissions/permission.js';

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
  type ListedSecret,
  type SkipReason,
} from './domain/decide-fleet-member.js';
export { clusterOf } from './domain/cluster-of.js';

// Printing for people
export { makeJsonVisible, makeVisible } from './domain/visible-text.js';
export {
  describeName,
  describeOwned,
  describePermissions,
  describeRevocations,
} from './domain/permissions/describe-permission.js';
export { extraNote } from './domain/permissions/describe-extra.js';
