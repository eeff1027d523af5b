import { KeyturnError } from '../../errors.js';
import type { ApplyContext } from '../../ports/rotation-strategy.js';
import type { DatabaseRequest } from './database-request.js';
import { incomplete } from './permission-errors.js';

/**
 * Goes on only with time left for it.
 * @throws `KEYTURN_PERMISSIONS_INCOMPLETE` with how many changes are left and how many rights were granted
 */
export function requireTime(
  context: ApplyContext,
  { target, database, progress }: DatabaseRequest,
  left: number,
): void {
  try {
    context.requireTime();
  } catch (error) {
    if (!KeyturnError.is(error, 'KEYTURN_OUT_OF_TIME')) throw error;
    throw incomplete({ target, database, left, granted: progress.granted, outOfTime: true });
  }
}
