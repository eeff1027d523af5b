import type { ErrorCode } from './error-code.js';
import type { ExtraReason } from './permissions/permission-work.js';
import type { OwnedObject, Permission, PermissionKind } from './permissions/permission.js';
import type { RotationStep } from './rotation-request.js';
import type { DescribedOutcome } from './step-outcome.js';
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
  /** How long lists were that had to be cut, by their names; only in an event that would be too long for a log. */
  readonly cut?: Readonly<Record<string, number>>;
}

/** What an event says beyond its place. */
export type RotationEventDetail =
  | { readonly name: 'rotation.started' }
  /** `code` is what the step found or did, `outcome` the same in words. */
  | (DescribedOutcome & {
      readonly name: 'rotation.step.succeeded';
      readonly durationMs: number;
    })
  | { readonly name: 'rotation.succeeded' }
  | { readonly name: 'rotation.abandoned'; readonly code: ErrorCode; readonly reason: string }
  | { readonly name: 'testRotation.succeeded' }
  | {
      readonly name: 'rotation.failed';
      readonly code: ErrorCode;
      readonly message: string;
      /** The settings that cause or can fix it, by key; absent where there is none. */
      readonly settings?: readonly string[];
      readonly retryable: boolean;
      readonly durationMs: number;
    }
  /** A credential other than the expected one had to be used, or a change was undone. */
  | { readonly name: 'rotation.healed'; readonly code: HealingCode; readonly how: string }
  /** A setting that there is no more is still set, and changes nothing. */
  | { readonly name: 'setting.ignored'; readonly setting: string; readonly note: string }
  | { readonly name: 'user.created'; readonly user: string }
  | { readonly name: 'password.changed'; readonly user: string }
  | (PermissionNews & { readonly name: 'permissions.granted' })
  /**
   * Is missing, and could not be granted. The rotation went on: whoever holds a lock must not be able to stop it.
   * `grant` gives it; the next rotation tries again.
   */
  | (PermissionNews & {
      readonly name: 'permissions.notGranted';
      readonly code: ErrorCode;
      readonly reason: string;
      readonly grant: readonly string[];
    })
  /** Stays with the alternate. `revoke` takes it from both, since a permission of one alone is given back. */
  | (PermissionNews & {
      readonly name: 'permissions.extra';
      /** Why it stays. */
      readonly reason: ExtraReason;
      readonly revoke: readonly string[];
      /** The same in words, for whoever reads the log. */
      readonly note: string;
    })
  /** Was not given directly: the alternate has it through PUBLIC, a group or a role. `revoke` takes it from both. */
  | (PermissionNews & {
      readonly name: 'permissions.flattened';
      readonly revoke: readonly string[];
    })
  /** `restore` gives back what was taken away. Many are told in several events, so that nothing is left out. */
  | (PermissionNews & { readonly name: 'permissions.revoked'; readonly restore: readonly string[] })
  /** Belongs to `user`, so the other user of the pair can neither change nor drop it. */
  | {
      readonly name: 'permissions.owned';
      readonly user: string;
      readonly database: string;
      readonly objects: readonly OwnedObject[];
      /** How many more there are; none where it is left out. */
      readonly leftOut?: number;
    }
  /**
   * Another database than the secret's could not be read or changed, so nobody knows what its permissions are. The
   * rotation went on: whoever owns a database must not be able to stop those of others.
   */
  | {
      readonly name: 'permissions.notCompared';
      readonly user: string;
      readonly database: string;
      readonly code: ErrorCode;
      readonly reason: string;
    }
  | {
      readonly name: 'permissions.notChecked';
      readonly user: string;
      readonly database: string;
      readonly kinds: readonly { readonly kind: PermissionKind; readonly reason: string }[];
    };

/** What was healed, by code. */
export const HEALINGS = {
  'other-version-used': 'neither AWSCURRENT nor AWSPENDING signs in; another stored version does',
  'current-restored': 'the user has the password of AWSCURRENT again',
  'gave-way':
    "a newer rotation has superseded this one; the user has the password of that rotation's version",
  'change-undone': 'the password change was undone',
  'user-dropped': 'the user that this step had created was dropped',
  'user-kept': 'the user that this step had created could not be dropped',
  'current-user-missing':
    'the user of AWSCURRENT no longer exists, so no permissions were compared',
} as const;

/** A key of {@link HEALINGS}. */
export type HealingCode = keyof typeof HEALINGS;

interface PermissionNews {
  readonly user: string;
  readonly database: string;
  /** At most 100, fewer where their names are long. */
  readonly permissions: readonly Permission[];
  /** How many more there are; none where it is left out. */
  readonly leftOut?: number;
}
