import type { DatabaseSecret } from '../domain/database-secret.js';
import type { StepContext } from './step-context.js';

/** The values that a password change is about. */
export interface PendingChange {
  readonly context: StepContext;
  readonly secretArn: string;
  readonly current: DatabaseSecret;
  readonly pending: DatabaseSecret;
}
