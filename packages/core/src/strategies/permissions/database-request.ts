import type { DatabaseSession } from '../../ports/database-admin.js';
import type { PlanRequest } from './plan-database.js';

/** Counts over all databases of one attempt. */
export interface SyncProgress {
  granted: number;
  revoked: number;
}

/** One database to work on. */
export interface DatabaseRequest extends PlanRequest {
  readonly session: DatabaseSession;
  readonly database: string;
  readonly progress: SyncProgress;
  /** Called before anything is granted; throws where what the source has may not be copied. */
  requireMayCopy(): Promise<void>;
}
