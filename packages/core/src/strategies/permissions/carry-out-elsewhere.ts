import type { ErrorCode } from '../../domain/error-code.js';
import { UNCHECKED } from './permission-errors.js';
import { isPolicy } from '../../domain/permissions/decide-permission-work.js';
import { workOf, type PermissionWork } from '../../domain/permissions/permission-work.js';
import type { Permission } from '../../domain/permissions/permission.js';
import { KeyturnError } from '../../errors.js';
import type { ApplyContext } from '../../ports/rotation-strategy.js';
import { carryOut } from './carry-out.js';
import type { SyncProgress } from './change-permissions.js';
import { lookAtPair } from './look-at-pair.js';
import { notReached } from './permission-errors.js';
import { isAboutDatabase, MOST_MS, within, type SurveyRequest } from './survey-databases.js';

/** Another database than the secret's, in which something has to be changed. */
export interface ElsewhereRequest extends SurveyRequest {
  readonly progress: SyncProgress;
  readonly memberships: readonly Permission[];
  /** The databases that have work left, this one first. */
  readonly left: readonly string[];
}

/**
 * Carries out what has to be done in another database, after a second look. What the database does to prevent that is
 * reported and not thrown, since its owner, or anybody with a lock there, could otherwise stop all rotations. Only
 * a policy that cannot be attached stops this one: without it the target would see what it must not.
 */
export async function carryOutElsewhere(
  context: ApplyContext,
  request: ElsewhereRequest,
): Promise<void> {
  const { target: user, database, left } = request;
  if (!hasTime(context)) {
    throw notReached({ target: user, databases: left, granted: request.progress.granted });
  }
  // Whoever is busy with one database must leave time for the others, and for the password.
  const statementMs = Math.min(MOST_MS, context.timeLeftMs() / (left.length + 1) / 2);
  const notCompared = (code: ErrorCode, reason: string): void =>
    context.report({ name: 'permissions.notCompared', user, database, code, reason });
  let work: readonly PermissionWork[] = [];
  try {
    await within(await request.openDatabase(database, { statementMs }), async (session) => {
      const look = await lookAtPair(session, { ...request, targetExists: true, own: false });
      ({ work } = look);
      const [unseen] = workOf(work, 'not-compared');
      if (unseen !== undefined) return notCompared(UNCHECKED, unseen.reason);
      const share = 1 / (left.length + 1);
      await carryOut(context, { ...request, session, share, mayLack: true }, look);
    });
  } catch (error) {
    if (!isBearable(context, error) || attachesPolicies(work)) throw error;
    notCompared(error.code, error.message);
  }
}

/** A lack of time is nobody's doing, and the next delivery goes on from here. */
function isBearable(context: ApplyContext, error: unknown): error is KeyturnError {
  if (isAboutDatabase(error)) return true;
  return KeyturnError.is(error, 'KEYTURN_PERMISSIONS_INCOMPLETE') && hasTime(context);
}

function hasTime(context: ApplyContext): boolean {
  try {
    context.requireTime();
    return true;
  } catch (error) {
    if (KeyturnError.is(error, 'KEYTURN_OUT_OF_TIME')) return false;
    throw error;
  }
}

function attachesPolicies(work: readonly PermissionWork[]): boolean {
  return workOf(work, 'grant').some(({ permissions }) => permissions.some(isPolicy));
}
