import type { ErrorCode } from './error-code.js';
import type { OwnedObject, Permission, PermissionKind } from './permissions/permission.js';
import type { RotationStep } from './rotation-request.js';
import type { VersionId } from './secret-description.js';

/**
 * What the engine tells its observer. The names mirror the service's own audit events: RotationStarted,
 * RotationSucceeded, RotationFailed, RotationAbandoned, TestRotationSucceeded. No event holds a secret value.
 */
export type RotationEvent = RotationEventPlace & RotationEventDetail;

/** What every event says. */
export interface RotationEventPlace {
  readonly secretId: string;
  readonly versionId: VersionId;
  readonly step: RotationStep;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What an event says beyond its place. */
export type RotationEventDetail =
  | { readonly name: 'rotation.started' }
  | {
      readonly name: 'rotation.step.succeeded';
      /** What the step found or did, in a few words. */
      readonly outcome: string;
      readonly durationMs: number;
    }
  | { readonly name: 'rotation.succeeded' }
  | { readonly name: 'rotation.abandoned'; readonly reason: string }
  | { readonly name: 'testRotation.succeeded' }
  | {
      readonly name: 'rotation.failed';
      readonly code: ErrorCode;
      readonly message: string;
      /** The settings that bring it about or help against it, by key; absent where there is none. */
      readonly settings?: readonly string[];
      readonly retryable: boolean;
      readonly durationMs: number;
    }
  /** A credential other than the expected one had to be used, or a change was undone. */
  | { readonly name: 'rotation.healed'; readonly how: string }
  | { readonly name: 'user.created'; readonly user: string }
  | { readonly name: 'password.changed'; readonly user: string }
  | (PermissionNews & { readonly name: 'permissions.granted' })
  /** Stays with the idle user. `revoke` takes it from both, since a right of one alone is given back. */
  | (PermissionNews & {
      readonly name: 'permissions.extra';
      readonly revoke: readonly string[];
      /** The same in words, for whoever reads the log. */
      readonly note: string;
    })
  /** Was not given directly: the idle user has it through PUBLIC, a group or a role. `revoke` takes it from both. */
  | (PermissionNews & {
      readonly name: 'permissions.flattened';
      readonly revoke: readonly string[];
    })
  /** `restore` gives back what was taken away. */
  | (PermissionNews & { readonly name: 'permissions.revoked'; readonly restore: readonly string[] })
  /** Belongs to `user`, so the other user of the pair can neither change nor drop it. */
  | {
      readonly name: 'permissions.owned';
      readonly user: string;
      readonly database: string;
      readonly objects: readonly OwnedObject[];
    }
  | {
      readonly name: 'permissions.notChecked';
      readonly user: string;
      readonly database: string;
      readonly kinds: readonly { readonly kind: PermissionKind; readonly reason: string }[];
    };

interface PermissionNews {
  readonly user: string;
  readonly database: string;
  readonly permissions: readonly Permission[];
}
