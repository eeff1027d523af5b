import type { Credential } from '../domain/credential.js';
import type { CredentialCounters, CredentialListener } from './events.js';

/** What an attempt is told and can tell while it runs. */
export interface SignInGrant {
  /**
   * Says that the server has accepted the credential, though the attempt goes on; the next caller may then sign in.
   * Safe to repeat. Without it, the attempt's own end says so.
   */
  accepted(): void;
  /** When the caller's time is over, in epoch milliseconds. */
  readonly deadlineAt: number;
}

/** Signs in with a credential; what it throws is judged by its SQLSTATE. */
export type SignInAttempt<T> = (credential: Credential, grant: SignInGrant) => Promise<T>;

/** How one call to {@link CredentialSource.signIn} differs. */
export interface SignInOptions {
  /** Milliseconds for everything: waiting, sign-ins, pauses. Default: that of the source. */
  readonly deadlineMs?: number | undefined;
}

/** The credential of one secret, for everybody in this process. */
export interface CredentialSource {
  readonly secretId: string;

  /**
   * Calls `attempt` with the credential of the moment, when it is this caller's turn, and again with another one
   * after the server has refused it. At most two sign-ins of one credential are under way at a time, and no
   * credential is presented again once it was refused.
   * @throws CredentialError `KEYTURN_CREDENTIAL_REFUSED`, `KEYTURN_CREDENTIAL_TIMEOUT`; KeyturnError
   * `KEYTURN_STORE_*` or `KEYTURN_INVALID_SECRET` where the secret cannot be read and nothing is known; and whatever
   * the attempt throws that says nothing about the credential.
   * @example
   * const client = await source.signIn(async ({ user, password }) => connect(user, password.reveal()));
   */
  signIn<T>(attempt: SignInAttempt<T>, options?: SignInOptions): Promise<T>;

  /**
   * The credential of the moment, read where that is necessary. It is not counted as a sign-in: a library that signs
   * in by itself with it has none of the protection of {@link CredentialSource.signIn}, and has to report refusals.
   * @throws as `signIn` does
   */
  credential(options?: SignInOptions): Promise<Credential>;

  /** The credential of the moment without waiting or reading; undefined where there is none. */
  peek(): Credential | undefined;

  /**
   * Reports what a library has thrown that signed in by itself with `credential`.
   * @returns whether it was a refusal; the credential is then never presented again
   */
  reportFailure(credential: Credential, error: unknown): boolean;

  /**
   * Lets credentials be presented that were refused, and closes the circuit: for a user who was locked or expired
   * and has been let in again with the same password. Safe to repeat.
   */
  forgetRefusals(): void;

  /** Tells `listener` what happens from now on. @returns ends that */
  subscribe(listener: CredentialListener): () => void;

  /** Counts since the source was made. */
  counters(): CredentialCounters;
}
