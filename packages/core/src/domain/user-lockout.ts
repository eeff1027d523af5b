/**
 * What the database says about wrong passwords of one user. Amazon Redshift locks a user after a number of wrong
 * passwords in a row (patch 204, 2026; the pages `max_failed_login_attempts` and `SHOW USER LOCKOUT` of its guide).
 */
export type UserLockout =
  /** The server has no such rule: a wrong password costs nothing there. */
  | { readonly kind: 'no-rule' }
  /** It could not be read. Never to be taken for `no-rule`. */
  | { readonly kind: 'unknown'; readonly reason: string }
  | KnownLockout;

/** What the server told about one user. */
export interface KnownLockout {
  readonly kind: 'known';
  /** `automatic`: after wrong passwords. `manual`: an administrator did it. Undefined where the user is not locked. */
  readonly locked: 'automatic' | 'manual' | undefined;
  /** Wrong passwords since the last right one. */
  readonly failedSignIns: number;
  /** Since when it is locked, as the server spells the time. */
  readonly lockedAt?: string | undefined;
  /** How many wrong passwords in a row lock a user, where that could be read. */
  readonly limit?: number | undefined;
}
