import type { SecretOwner } from '../access/access-context.js';
import type { DatabaseSecret } from '../domain/database-secret.js';
import type { VersionId } from '../domain/secret-description.js';
import type { StepContext } from './step-context.js';

/** The values that a password change is about. */
export interface PendingChange {
  readonly context: StepContext;
  readonly owner: SecretOwner;
  /** The version that was AWSCURRENT when the step was admitted. */
  readonly currentVersion: VersionId;
  readonly pending: DatabaseSecret;
}
