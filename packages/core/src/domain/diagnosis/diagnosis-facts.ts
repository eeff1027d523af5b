import type { ErrorCode } from '../error-code.js';
import type { UnprovenLabel } from '../tries/unproven-labels.js';
import type { KnownLockout } from '../user-lockout.js';
import type { UserHistory } from './user-history.js';
import type { SecretDescription, VersionId } from '../secret-description.js';

/** All that a diagnosis is decided from. No field holds a secret value. */
export type DiagnosisFacts = UnreadFacts | ReadFacts;

/** The secret could not be read, or has nothing to work with. */
export interface UnreadFacts {
  readonly kind: 'unread';
  readonly code: ErrorCode;
  /** What the store, or the parser of the AWSCURRENT value, said. */
  readonly message: string;
  /** The settings that help against it, by key. */
  readonly settings?: readonly string[];
}

/** The secret was read, and its credentials were tried. */
export interface ReadFacts {
  readonly kind: 'read';
  /** Epoch milliseconds. */
  readonly now: number;
  readonly secret: SecretDescription;
  /** The user that AWSCURRENT names. */
  readonly user: string;
  /** The newest first; labelled ones, and at most a few others. */
  readonly versions: readonly VersionFacts[];
  /** Labels of keyturn's own which say that nothing more is to be tried. Default: none. */
  readonly stoppedBy?: readonly UnprovenLabel[];
  /** Why some versions could not be looked at. */
  readonly blindSpots: readonly string[];
  /** Set as soon as a sign-in failed for anything but a refused password; then nothing further was tried. */
  readonly obstacle?: Obstacle;
  /** With alternating users, once a stored credential had signed in. */
  readonly pair?: PairFacts;
  /** Where none signs in, and every version could be looked at. */
  readonly history?: UserHistory;
}

/** One stored version. */
export interface VersionFacts {
  readonly versionId: VersionId;
  readonly labels: ReadonlySet<string>;
  /** Epoch milliseconds, where the store says. */
  readonly createdAt?: number;
  /** `unfit`: it must not be acted on in this secret; `reason` says why. */
  readonly value: 'absent' | 'unfit' | 'fit';
  readonly user?: string;
  /** What signing in gave; what need not be tried, because another version of its user signs in, counts as refused. */
  readonly signIn: 'accepted' | 'refused' | 'not-tried';
  readonly reason?: string;
}

/** Why nobody can sign in at all. */
export interface Obstacle {
  readonly cause: 'dns' | 'tcp' | 'tls' | 'timeout' | 'refused';
  /** What the database adapter said. */
  readonly message: string;
  /** The settings that help against it, by key. */
  readonly settings?: readonly string[];
}

/** What is known about the other user of an alternating pair. */
export interface PairFacts {
  /** What the server tells of wrong passwords of that user, where it tells. */
  readonly lockout?: KnownLockout;
  /** The user that the next rotation makes current. */
  readonly alternateUser: string;
  /** Both users are named by the function's own configuration. */
  readonly configured: boolean;
  /** The function's own configuration takes over any user of the right name. */
  readonly adopted: boolean;
  /** Why the superuser cannot work; absent when it can. */
  readonly superuserProblem?: string;
  /** The settings that help against that, by key. */
  readonly superuserSettings?: readonly string[];
  /** Absent where the superuser cannot say. */
  readonly alternate?: {
    readonly exists: boolean;
    /** Permissions of the current user that it lacks, as texts. */
    readonly missing: readonly string[];
    /** What belongs to it, as texts. */
    readonly owned: readonly string[];
  };
}
