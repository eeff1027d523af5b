import type { DatabaseSecret } from '../domain/database-secret.js';
import type { ResolvedSettings } from '../domain/rotation-settings.js';
import type { Sensitive } from '../domain/sensitive.js';
import type { Clock } from '../ports/clock.js';
import type { DatabaseAdmin, SessionBounds } from '../ports/database-admin.js';
import type { SecretStore } from '../ports/secret-store.js';
import type { OtherSecrets } from './other-secrets.js';
import type { RotationRecord } from './rotation-memory.js';

/** What credentials are read and tried with: part of the context of every step and every operation. */
export interface AccessContext {
  readonly store: SecretStore;
  readonly database: DatabaseAdmin;
  /** The strategy's own options included. */
  readonly settings: ResolvedSettings;
  readonly secretId: string;
  /** Every secret seen, to be hidden from errors. */
  readonly secrets: Set<Sensitive>;
  readonly otherSecrets: OtherSecrets;
  /** What this process remembers of the rotation. */
  readonly memory: RotationRecord;
  readonly clock: Clock;
  /** How long the next connection may take. Throws `KEYTURN_OUT_OF_TIME` where nothing is left. */
  limits(bounds?: SessionBounds): ConnectionLimits;
}

/** In milliseconds; see {@link SignInRequest}. */
export interface ConnectionLimits {
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly sessionTimeoutMs?: number | undefined;
}

/** Whose credentials are asked for: one reading of AWSCURRENT, and the user that comes next. */
export interface SecretOwner {
  readonly secretArn: string;
  readonly current: DatabaseSecret;
  /** The same as the current user, or its alternate. */
  readonly nextUser: string;
  /**
   * The function's own configuration names the superuser secret, and that names the server of `current`: not the
   * secret alone says where credentials go. Default false.
   */
  readonly serverIsConfigured?: boolean;
}

/** The users that a stored credential of the secret may name. */
export function usersOf({ current, nextUser }: SecretOwner): readonly string[] {
  return [current.username, nextUser];
}
