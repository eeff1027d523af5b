import type { UserPair } from './alternate-user.js';
import type { SuperuserAddress } from './database-secret.js';
import type { PasswordSettings } from './password-policy.js';

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
  readonly permissions?: 'add-missing' | 'none' | undefined;
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
