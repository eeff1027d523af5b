import { KeyturnError } from '../../errors.js';
import type { DatabaseSession, SessionBounds } from '../../ports/database-admin.js';
import type { ApplyContext } from '../../ports/rotation-strategy.js';
import { carryOut, reportDifferences, reportFindings } from './carry-out.js';
import { carryOutElsewhere } from './carry-out-elsewhere.js';
import type { SyncProgress } from './change-permissions.js';
import { examineDatabase, type Examined } from './examine-database.js';
import { findObstacle, sortSurvey } from './find-obstacle.js';
import { decideAgain, lookAtPair, type DatabaseLook, type UserCouple } from './look-at-pair.js';
import { notReached } from './permission-errors.js';
import { isExact, isTooMany } from './revocation-limit.js';
import { surveyDatabases, type SurveyRequest } from './survey-databases.js';

/** Who is made equal to whom, and how to get at the other databases of the cluster. */
export interface SyncRequest extends UserCouple {
  /** Signed in to `database` as the superuser. */
  readonly session: DatabaseSession;
  readonly database: string;
  /** Whether the target was there before its clone. */
  readonly targetIsOriginal: boolean;
  /** False where this delivery has yet to create it. */
  readonly targetExists: boolean;
  /** Whether this rotation creates the target, or has done so in an earlier delivery. */
  readonly created: boolean;
  /** Whether the target was current before the last rotation, so that an application has worked as it. */
  readonly wasCurrent: boolean;
  /** Called before anything is granted; throws where what the source has may not be copied. */
  requireMayCopy(): Promise<void>;
  /** Signs in to another database; the session is closed here. */
  openDatabase(name: string, bounds: SessionBounds): Promise<DatabaseSession>;
}

/** Everything was looked at and nothing stands in the way; nothing is changed yet. */
export interface PreparedSync {
  /** What was granted so far. */
  readonly progress: Readonly<SyncProgress>;
  /**
   * Gives the target what the source has, database after database, one connection each and never two at work. What
   * happens to permissions beyond is a matter of the policy. Safe to repeat; what was granted before a failure stays, and
   * the next attempt has less to do.
   * @throws `KEYTURN_PERMISSIONS_INCOMPLETE`, and whatever the secret's own database says
   */
  carryOut(): Promise<void>;
}

/** So much of the time that is left may others use up with locks in the secret's own database. */
const LOCK_SHARE = 1 / 2;

/**
 * Looks at the permissions of both users in every database, before the target is created or its password changed, and
 * throws whatever would stop the rotation later. Changes nothing.
 * @throws `KEYTURN_PERMISSIONS_UNCHECKED`, `KEYTURN_OWNED_OBJECTS`, `KEYTURN_PERMISSIONS_INCOMPLETE`, and whatever
 * the secret's own database says
 */
export async function prepareSync(
  context: ApplyContext,
  request: SyncRequest,
): Promise<PreparedSync> {
  const { settings } = context;
  const progress: SyncProgress = { granted: 0 };
  if (settings.permissions === 'first-rotation-only' && !request.created) {
    return { progress, carryOut: () => Promise.resolve() };
  }
  let ownLook: DatabaseLook | undefined;
  const survey = await surveyDatabases(
    surveyRequest(context, request),
    async (session, look, database) => {
      if (look.facts.own) ownLook = look;
      const place = { ...request, session, database };
      const examined = await examineDatabase(session, look, database);
      await reportFindings(context, place, look.work);
      if (!examined.changes) await reportDifferences(context, place, look.work);
      return examined;
    },
  );
  const examination = sortSurvey(survey);
  const { compared, notCompared } = examination;
  for (const each of notCompared) {
    context.report({ name: 'permissions.notCompared', user: request.target, ...each });
  }
  const obstacle = findObstacle(examination, {
    ...request,
    settings,
    fresh: request.created,
  });
  if (obstacle !== undefined) throw obstacle;
  if (compared.some(({ grants }) => grants)) await request.requireMayCopy();

  const total = compared.reduce((sum, { revocations }) => sum + revocations, 0);
  const taking = ({ revocable }: Examined) => (isTooMany(settings, total) ? 'none' : revocable);
  return {
    progress,
    async carryOut() {
      if (ownLook === undefined) throw new TypeError('the secret’s own database was not looked at');
      if (survey.own.changes) {
        const look = await secondLook(request.session, ownLook, survey.own, taking(survey.own));
        const { wasCurrent: mayLack } = request;
        await carryOut(context, { ...request, progress, mayLack, share: LOCK_SHARE }, look);
      }
      const others = compared.filter((each) => each !== survey.own && each.changes);
      const names = others.map(({ database }) => database);
      for (const [done, each] of others.entries()) {
        await carryOutElsewhere(context, {
          ...surveyRequest(context, request),
          ...{ progress, taking: taking(each), memberships: ownLook.memberships },
          ...{ database: each.database, left: names.slice(done) },
        });
      }
    },
  };
}

function surveyRequest(context: ApplyContext, request: SyncRequest): SurveyRequest {
  const { settings } = context;
  return {
    ...request,
    settings,
    exact: isExact(settings, request),
    fresh: request.created,
    taking: 'any',
    timeLeftMs: () => context.timeLeftMs(),
    requireTime(left) {
      try {
        context.requireTime();
      } catch (error) {
        if (!KeyturnError.is(error, 'KEYTURN_OUT_OF_TIME')) throw error;
        throw notReached({ target: request.target, databases: left });
      }
    },
  };
}

/** Nothing is taken away that was not seen twice. */
async function secondLook(
  session: DatabaseSession,
  look: DatabaseLook,
  { revocations }: Examined,
  taking: ReadonlySet<string> | 'none',
): Promise<DatabaseLook> {
  if (revocations === 0 || taking === 'none') return decideAgain(session, look, taking);
  return lookAtPair(session, { ...look.facts, taking, memberships: look.memberships });
}
