import type { UserPair } from './alternate-user.js';
import type { SuperuserAddress } from './database-secret.js';
import type { PasswordSettings } from './password-policy.js';

/**
 * `add-missing` takes nothing away. `reconcile` does. `first-rotation-only` is `add-missing` for a clone that the
 * rotation creates. The current user is the truth each time.
 */
export type PermissionPolicy = 'add-missing' | 'reconcile' | 'first-rotation-only' | 'none';

/** What an operator can set on a function. Every setting is also an environment variable: `docs/settings.md`. */
export interface RotationSettings {
  readonly password?: PasswordSettings | undefined;
  /** Which secret holds the superuser's credential; wins over `masterarn` in the secret. */
  readonly superuserSecret?: string | undefined;
  /** Where the superuser signs in, for a superuser secret without a host. */
  readonly superuserAddress?: SuperuserAddress | undefined;
  /** Appended to the user's name for its clone. Default `_clone`, as AWS's templates do. */
  readonly cloneSuffix?: string | undefined;
  /** Whether an existing alternate user may be taken over without a stored credential of it. Default `prove`. */
  readonly existingUsers?: 'prove' | 'adopt' | undefined;
  /** Pairs of existing users that alternate; no user is ever created for them. Default none. */
  readonly userPairs?: readonly UserPair[] | undefined;
  /** What happens to permissions of the alternate user. Default `add-missing`. */
  readonly permissions?: PermissionPolicy | undefined;
  /** The databases whose permissions are compared besides the secret's own. Default: all of the cluster. */
  readonly permissionDatabases?: readonly string[] | undefined;
  /** Whether `reconcile` also takes rights from the original user when its clone is current. Default false. */
  readonly reconcileOriginal?: boolean | undefined;
  /** How many rights one rotation may take away; with more it stops and shows them. Default 50. */
  readonly maxRevokes?: number | undefined;
  /** Go on although row-level security or masking could not be compared. Default false. */
  readonly allowUncheckedPolicies?: boolean | undefined;
  /**
   * Clone a superuser's explicit rights. The clone is none, and the rotation after is refused as long as the original
   * is one, since alternating users takes over no superuser. Default false.
   */
  readonly allowSuperuserSource?: boolean | undefined;
  /** What to do about objects that belong to one user of the pair. Default `warn`. */
  readonly ownedObjects?: 'warn' | 'refuse' | 'ignore' | undefined;
  /** Each user of the pair grants the other rights on what it will make. Default false. */
  readonly mutualDefaultPrivileges?: boolean | undefined;
  /** Milliseconds that must be left before a password is changed. Default 5,000. */
  readonly minimumTimeMs?: number | undefined;
  /** Milliseconds until a database connection must stand, never more than the remaining time less 2 s. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Milliseconds that one SQL statement may take. Default 30,000. */
  readonly statementTimeoutMs?: number | undefined;
  /** Whether finishSecret waits for replicas to be in sync before the label moves. Default false. */
  readonly waitForReplicas?: boolean | undefined;
  /** Single user: whether setSecret moves AWSCURRENT as soon as the new password is proved. Default false. */
  readonly earlyPromotion?: boolean | undefined;
}
