import type { DatabaseSecret } from '../domain/database-secret.js';
import type { VersionId } from '../domain/secret-description.js';
import type { StepContext } from './step-context.js';

/** The values that a password change is about. */
export interface PendingChange {
  readonly context: StepContext;
  readonly secretArn: string;
  /** The version that was AWSCURRENT when the step was admitted. */
  readonly currentVersion: VersionId;
  readonly current: DatabaseSecret;
  readonly pending: DatabaseSecret;
}
