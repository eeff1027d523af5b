import type { DatabaseAddress } from '../domain/database-address.js';
import type { VersionId } from '../domain/secret-description.js';
import type { DatabaseSession } from './database-admin.js';

/** One named proof that a credential works. */
export interface VerificationCheck {
  /** Shown in reports and errors. Unique within a list. */
  readonly name: string;
  /**
   * Resolves when the check passes; throws when it does not. The message of what is thrown becomes the reason. A check that
   * resolves with `false` or an error has failed, too.
   * Must be safe to repeat: the service retries, and finishSecret may run the list again.
   */
  verify(subject: VerificationSubject): Promise<void>;
}

/** What a check is given to look at. */
export interface VerificationSubject {
  readonly secretId: string;
  /** The version whose credential this is. */
  readonly versionId: VersionId;
  /**
   * Which credential it is: `pending`, except in a testSecret whose rotation changes the password in finishSecret. There
   * the checks run with the current one first, so that a check that is broken by itself is found before any change.
   */
  readonly credential: 'current' | 'pending';
  readonly user: string;
  readonly address: DatabaseAddress;
  /**
   * A session signed in with that credential, opened at the first call and shared by all checks; the
   * engine closes it. Throws where the sign-in does not succeed.
   */
  signIn(): Promise<DatabaseSession>;
}
