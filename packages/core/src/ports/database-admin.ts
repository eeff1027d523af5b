import type { DatabaseAddress } from '../domain/database-address.js';
import type { DatabaseProfile } from '../domain/database-profile.js';
import type {
  Permission,
  PermissionKind,
  PermissionSnapshot,
  Revocation,
} from '../domain/permissions/permission.js';
import type { Sensitive } from '../domain/sensitive.js';
import type { UserLockout } from '../domain/user-lockout.js';

/**
 * The database whose users are rotated.
 *
 * A refused password is an answer; everything else that keeps a sign-in from succeeding is a thrown
 * {@link DatabaseError} with a code of its own (unreachable, time-out, TLS, unknown database, connection limit,
 * sha256 user, ...), so that it can never be mistaken for "the password is not set yet".
 */
export interface DatabaseAdmin {
  /** What is fixed about this kind of database. */
  readonly profile: DatabaseProfile;

  /**
   * Signs in over a connection of its own. Safe to repeat; leaves nothing behind unless accepted, when the
   * session is open and the caller must close it. No password is sent over a channel that the TLS settings do
   * not allow.
   */
  signIn(request: SignInRequest): Promise<SignInOutcome>;
}

/** Who signs in where, and how long it may take. */
export interface SignInRequest {
  readonly address: DatabaseAddress;
  readonly user: string;
  readonly password: Sensitive;
  /** Milliseconds until the connection must stand. */
  readonly connectTimeoutMs: number;
  /** Milliseconds that any one statement of the session may take. */
  readonly statementTimeoutMs: number;
  /** Bytes of the longest message taken from the server. Default as in the settings, 4 MiB. */
  readonly maxMessageBytes?: number | undefined;
  /** Bytes taken from the server in answer to one statement. Default as in the settings, 64 MiB. */
  readonly maxResultBytes?: number | undefined;
  /** Default `administration`. */
  readonly purpose?: SessionPurpose | undefined;
  /**
   * Milliseconds that the statements of the session may take together, counted from when it stands. After that each of
   * them throws `KEYTURN_DATABASE_TIMEOUT`. Default: no bound.
   */
  readonly sessionTimeoutMs?: number | undefined;
}

/** How long others may keep a session busy, in milliseconds; what the step has left counts besides. */
export interface SessionBounds {
  /** Each statement. */
  readonly statementMs: number;
  /** Until the connection stands. Default: as long as a statement. */
  readonly connectMs?: number;
  /** All statements together. Default: as long as they take. */
  readonly sessionMs?: number;
}

/**
 * What a session is for. `administration`: reads catalogs, changes users and permissions; names in its statements can only
 * mean the server's own objects, whatever others have created and whatever is set for the user or the database.
 * `checks`: runs a user's own statements, so everything is looked up as in that user's ordinary sessions.
 */
export type SessionPurpose = 'administration' | 'checks';

/**
 * Accepted with an open session, or the password was refused. Where the server accepts the password and then has no place
 * for another session of this user, that is accepted, too: each method of the session but `close` throws
 * `KEYTURN_DATABASE_FULL`.
 */
export type SignInOutcome =
  { readonly kind: 'accepted'; readonly session: DatabaseSession } | { readonly kind: 'refused' };

/**
 * One signed-in connection. Calls are made one after the other. Every method throws {@link DatabaseError};
 * after `KEYTURN_DATABASE_CONNECTION_LOST`, `KEYTURN_DATABASE_TIMEOUT` or `KEYTURN_DATABASE_ANSWER_TOO_LARGE` it is unknown
 * whether a change was made, after any other code it was not.
 */
export interface DatabaseSession {
  /**
   * Looks up a user by exact name. Safe to repeat.
   * @returns undefined where the server has no user of exactly that name.
   * @throws `KEYTURN_USER_NAME_TOO_LONG` where this server would cut the name.
   */
  describeUser(request: { readonly user: string }): Promise<DatabaseUser | undefined>;

  /** Creates a user that can sign in with a password and has no permissions. The clear password never travels in SQL. */
  createUser(request: UserPassword): Promise<void>;

  /**
   * Changes a user's password in one statement. Safe to repeat. The clear password never travels in SQL. With `unlock`
   * the same statement lets a user sign in again that was locked; that takes a superuser.
   */
  setPassword(request: UserPassword & { readonly unlock?: boolean }): Promise<void>;

  /**
   * What the server says about wrong passwords of a user. Safe to repeat. What may not or cannot be read is `unknown`,
   * never `no-rule`.
   */
  describeLockout(request: { readonly user: string }): Promise<UserLockout>;

  /** Drops a user. Only ever called for a user that the same session has created and given nothing. */
  dropUser(request: { readonly user: string }): Promise<void>;

  /** The names of the cluster's own databases that hold permissions, this one among them. Safe to repeat. */
  listDatabases(): Promise<readonly string[]>;

  /**
   * The permissions granted to a user explicitly: in this database and cluster-wide, or in this database alone.
   * Safe to repeat. A user that does not exist has none.
   */
  readPermissions(request: {
    readonly user: string;
    /** Default `all`. */
    readonly scope?: 'all' | 'database';
    /** Reads these kinds alone. Default: every kind within the scope. */
    readonly kinds?: readonly PermissionKind[];
  }): Promise<PermissionSnapshot>;

  /**
   * The permissions that everybody has through PUBLIC, and those of the groups and roles named, roles within roles
   * included. What cannot be read is left out. Safe to repeat.
   */
  readInherited(request: {
    readonly memberships: readonly Permission[];
    /** Reads these kinds alone. Default: every kind. */
    readonly kinds?: readonly PermissionKind[];
  }): Promise<readonly Permission[]>;

  /** Grants permissions. Safe to repeat. On failure some may have been granted; what is granted stays. */
  grantPermissions(request: {
    readonly user: string;
    readonly permissions: readonly Permission[];
  }): Promise<void>;

  /**
   * Takes permissions away; limits and settings take the value that stands instead, or go back to their defaults. Safe to
   * repeat. On failure some may be gone.
   */
  revokePermissions(request: {
    readonly user: string;
    readonly revocations: readonly Revocation[];
  }): Promise<void>;

  /** The very statements that granting or revoking these would run, for people to read. Runs nothing. */
  writeOut(request: {
    readonly user: string;
    readonly grant?: readonly Permission[];
    readonly revoke?: readonly Revocation[];
  }): Promise<readonly string[]>;

  /** Ends the connection. Never throws; safe to repeat. */
  close(): Promise<void>;
}

/** A user and a password for it. */
export interface UserPassword {
  readonly user: string;
  readonly password: Sensitive;
}

/** What the server says about a user. */
export interface DatabaseUser {
  /** Exactly as the server reports it. */
  readonly name: string;
  readonly superuser: boolean;
  /** Managed by an identity provider (EXTERNALID), so it has no password here. */
  readonly external: boolean;
  /**
   * How many more sessions it may open now. Only told by servers of which it is not known that they accept the right
   * password before they refuse a session beyond the limit; undefined where there is no limit.
   */
  readonly freePlaces?: number | undefined;
  /** When its password ends, in epoch milliseconds; Infinity for never. */
  readonly validUntil: number;
}
