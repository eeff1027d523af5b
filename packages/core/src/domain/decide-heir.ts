import type { DatabaseSecret } from './database-secret.js';

/** A stored version and what it holds. */
export interface HeldVersion {
  readonly versionId: string;
  readonly secret: DatabaseSecret;
}

/**
 * Whose password a user should have when this rotation was superseded after it had changed it: that of the
 * version that is pending now, if it names the user and is fit, else that of the current version, if that names
 * the user; else nobody waits for it.
 */
export function decideHeir(
  user: string,
  pending: HeldVersion | undefined,
  current: HeldVersion | undefined,
): HeldVersion | undefined {
  return [pending, current].find((version) => version?.secret.username === user);
}
