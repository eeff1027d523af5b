import type { DatabaseProfile } from '../domain/database-profile.js';
import type { DatabaseSecret } from '../domain/database-secret.js';
import type { Rung, Tried } from '../domain/decide-login.js';
import type { OwnershipProof } from '../domain/ownership-proof.js';
import type { Refusal } from '../domain/refusal.js';
import type { RotationEventDetail } from '../domain/rotation-event.js';
import type { ResolvedSettings, RotationSettings } from '../domain/rotation-settings.js';
import type { Sensitive } from '../domain/sensitive.js';
import type { DatabaseSession, SessionBounds } from './database-admin.js';

/**
 * Who is rotated and how. A strategy is a value that is handed to the engine, which owns labels, idempotency
 * and order; a strategy says what credential comes next and makes it true.
 */
export interface RotationStrategy {
  /** Shown in events. */
  readonly name: string;

  /**
   * Which user the next version names. Pure. Stored pending values that name another user are refused.
   */
  nextUser(request: NextUserRequest): NextUser | Refusal;

  /**
   * Settings that were given to this strategy in code. They win over those of the engine or operation, which lays the
   * two over one another once; every `settings` below is the result.
   */
  readonly settings?: RotationSettings;

  /** Whether `prepare` and `apply` ask for the superuser, so that its secret is read with the first round. */
  readonly usesSuperuser?: boolean;

  /** Whether `apply` ordinarily tries the AWSPREVIOUS credential, so that it is read with the first round. */
  readonly triesPrevious?: boolean;

  /**
   * Which step calls `apply`. With `finishSecret` the engine calls `rehearse` in setSecret, runs the checks with the
   * current credential in testSecret, and changes the password, proves it and moves AWSCURRENT in finishSecret. Only for
   * strategies whose next user is the current one. Default: `setSecret`.
   */
  changesIn?(settings: ResolvedSettings): 'setSecret' | 'finishSecret';

  /**
   * Finds out in setSecret all that can be known before `apply` is called in finishSecret, and gives the user the
   * password of AWSCURRENT back where an earlier delivery has changed it. Must be safe to repeat after any failure.
   * @returns what was found or done: a code of `STEP_OUTCOMES`, or a few words of the strategy's own.
   */
  rehearse?(context: ApplyContext): Promise<string>;

  /**
   * Checks all that needs no database, before AWSPENDING gets a value. Throws to refuse. Safe to repeat.
   */
  prepare?(context: PrepareContext): Promise<void>;

  /**
   * Makes the pending credential work in the database. Must be safe to repeat after any failure.
   * @returns what was found or done: a code of `STEP_OUTCOMES`, or a few words of the strategy's own.
   */
  apply(context: ApplyContext): Promise<string>;
}

/** What {@link RotationStrategy.nextUser} decides from. */
export interface NextUserRequest {
  readonly currentUser: string;
  readonly settings: ResolvedSettings;
  readonly profile: DatabaseProfile;
}

/** The user that the next version names. */
export interface NextUser {
  readonly kind: 'next-user';
  readonly name: string;
  /** Of two users that alternate: whether it is the one that was there first. Default false. */
  readonly isOriginal?: boolean;
}

/** What a strategy has at hand in createSecret. */
export interface PrepareContext {
  readonly current: DatabaseSecret;
  readonly settings: ResolvedSettings;
  readonly profile: DatabaseProfile;
  /**
   * Reads the superuser secret and checks all about it that needs no database: it names the server of `current`, and
   * neither of the two users. Sends nothing. Read once per step. Throws to refuse.
   */
  checkSuperuser(): Promise<void>;
}

/** What a strategy has at hand in setSecret. */
export interface ApplyContext extends PrepareContext {
  readonly pending: DatabaseSecret;

  /** Epoch milliseconds. */
  now(): number;

  /** Tells the observer. */
  report(event: RotationEventDetail): void;

  /**
   * Tries a stored credential at the address that it was stored with. Values that name none of `users` are absent. So
   * are those stored with another server than AWSCURRENT names, unless the configuration names the superuser secret
   * and `signInAsSuperuser` has given a session: then they are tried at the superuser's server. The same version is
   * tried once per step.
   */
  tryStored(request: TryStoredRequest): Promise<TriedCredential>;

  /** Whether AWSPREVIOUS names this user. Reads its value where that is not known yet, and signs in nowhere. Safe to repeat. */
  previousNames(user: string): Promise<boolean>;

  /** Why some stored credentials could not be looked at; goes into the refusal when none was accepted. */
  readonly blindSpots: readonly string[];

  /**
   * Finds a stored credential of the current or the next user that signs in: the proof that whoever stored the values
   * owns the user. Call it before anything is changed.
   * @throws `KEYTURN_NO_PROOF_OF_OWNERSHIP` where none does.
   */
  proveOwnership(request?: ProveOwnershipRequest): Promise<WorkingCredential>;

  /**
   * A session of the superuser at its own server, which is that of `current`. The caller closes it. There is no way
   * to it but with the proof that `proveOwnership` gave in this step.
   * @throws `KEYTURN_SUPERUSER_*`; TypeError for anything but such a proof, before anything is sent.
   */
  signInAsSuperuser(request: {
    readonly proof: OwnershipProof;
    /** Default: the secret's. */
    readonly database?: string;
    /** Default: what is left of the step's time, and the settings. */
    readonly bounds?: SessionBounds | undefined;
  }): Promise<DatabaseSession>;

  /**
   * Gives a user the pending password: makes sure that enough time is left, changes it, proves it by signing
   * in, rolls back if it is refused, and gives way if the rotation was superseded meanwhile.
   */
  changePassword(request: ChangePasswordRequest): Promise<void>;

  /**
   * Gives a user the password of AWSCURRENT back, by a session of its own, and proves it by signing in.
   * @throws `KEYTURN_NEW_PASSWORD_REFUSED` where the database does not take it
   */
  restoreCurrent(request: {
    readonly session: DatabaseSession;
    readonly user: string;
  }): Promise<void>;

  /** Creates a user with the pending password and proves it as `changePassword` does; a user whose first sign-in is refused is dropped again. */
  createUser(request: { readonly session: DatabaseSession; readonly user: string }): Promise<void>;

  /**
   * Drops a user again that `createUser` has created in this step and that was given nothing. Never throws: where it
   * stays, the pending value signs in as it, so that the next rotation goes on with it.
   */
  dropCreated(request: { readonly session: DatabaseSession; readonly user: string }): Promise<void>;

  /**
   * Throws `KEYTURN_PENDING_PASSWORD_UNFIT` where the database would not take the pending password. Part of
   * `changePassword` and `createUser`; called before anything else that writes.
   */
  requireFitPassword(): void;

  /** Throws `KEYTURN_OUT_OF_TIME` unless the given milliseconds (default: the minimum time) are left. */
  requireTime(milliseconds?: number): void;

  /** Milliseconds until the step must have ended; Infinity where nobody said. */
  timeLeftMs(): number;
}

/** Which stored credential to try; see {@link ApplyContext.tryStored}. */
export interface TryStoredRequest {
  readonly rung: Rung;
  readonly users: readonly string[];
  /** Leave the session open; the step closes it when it ends. */
  readonly keepSession?: boolean;
  /**
   * How many wrong passwords in a row lock these users, where the server has told; Infinity where it has no such rule.
   * Default: the setting.
   */
  readonly limit?: number | undefined;
}

/** How to prove ownership; see {@link ApplyContext.proveOwnership}. */
export interface ProveOwnershipRequest {
  /** Leave the session of the credential open; the step closes it when it ends. */
  readonly keepSession?: boolean;
}

/** The stored credential that signed in. */
export interface WorkingCredential {
  readonly rung: Rung;
  readonly proof: OwnershipProof;
  readonly password: Sensitive;
  /** Where it was asked for. */
  readonly session?: DatabaseSession | undefined;
}

/** What trying gave; the session is there only where it was asked for and the rung was accepted. */
export interface TriedCredential {
  readonly result: Tried;
  readonly password?: Sensitive;
  readonly session?: DatabaseSession;
}

/** Whose password to change with which session. */
export interface ChangePasswordRequest {
  readonly session: DatabaseSession;
  readonly user: string;
  /** The password to go back to if the new one is refused; nothing is undone without one. */
  readonly restore?: Sensitive | undefined;
  /** Also unlocks the user; only where that does not need its own credential to sign in first. Default false. */
  readonly unlock?: boolean;
}
