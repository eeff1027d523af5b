import type { ResolvedSettings } from '../../domain/rotation-settings.js';
import type { KeyturnError } from '../../errors.js';
import type { DatabaseSession, SessionBounds } from '../../ports/database-admin.js';
import { examineDatabase } from './examine-database.js';
import { findObstacle, sortSurvey } from './find-obstacle.js';
import type { UserCouple } from './look-at-pair.js';
import {
  presentLook,
  presentUnseen,
  type DatabasePermissionPlan,
  type Presented,
} from './present-plan.js';
import { isExact, isTooMany } from './revocation-limit.js';
import { surveyDatabases } from './survey-databases.js';

/** What {@link planPermissions} looks at. */
export interface PlanPermissionsRequest extends UserCouple {
  /** Signed in to `database` as a superuser. The caller closes it. */
  readonly session: DatabaseSession;
  readonly database: string;
  /** Whether the target was there before its clone; then `reconcile` takes nothing from it unless allowed. */
  readonly targetIsOriginal: boolean;
  /** Default true. Nothing can be taken from a user that does not exist yet. */
  readonly targetExists?: boolean;
  readonly settings: ResolvedSettings;
  /** Why a rotation would give the target nothing of the source's. Default: it would. */
  readonly copyRefusal?: KeyturnError | undefined;
  /** Signs in to another database; the session is closed here. */
  openDatabase(name: string, bounds: SessionBounds): Promise<DatabaseSession>;
}

/**
 * Tells what a rotation would do to the permissions of `target`, by the decision that the rotation itself carries out.
 * Changes nothing; safe to repeat.
 * @returns the secret's own database first, then the others in order of their names
 */
export async function planPermissions(
  request: PlanPermissionsRequest,
): Promise<readonly DatabasePermissionPlan[]> {
  const { settings, target, targetExists = true } = request;
  const fresh = !targetExists;
  const presented = new Map<string, Presented>();
  const survey = await surveyDatabases(
    {
      ...request,
      ...{ targetExists, fresh, taking: 'any', exact: isExact(settings, request) },
      timeLeftMs: () => Infinity,
    },
    async (session, look, database) => {
      const examined = await examineDatabase(session, look, database);
      presented.set(database, await presentLook(session, database, look, targetExists));
      return examined;
    },
  );
  const examination = sortSurvey(survey);
  const { compared, notCompared } = examination;
  const stopsWith =
    findObstacle(examination, { target, fresh, settings }) ??
    (compared.some(({ grants }) => grants) ? request.copyRefusal : undefined);
  const total = compared.reduce((sum, { revocations }) => sum + revocations, 0);
  const which = isTooMany(settings, total) ? 'takingNothing' : 'taking';
  const [own, ...others] = compared.flatMap(
    ({ database }) => presented.get(database)?.[which] ?? [],
  );
  const unseen = notCompared.map(({ database, reason }) =>
    presentUnseen(database, reason, presented.get(database)?.taking.notChecked),
  );
  const all = [...others, ...unseen].sort((a, b) => (a.database < b.database ? -1 : 1));
  return [...(own === undefined ? [] : [own]), ...all].map((plan): DatabasePermissionPlan => ({
    ...plan,
    ...(stopsWith !== undefined && { stopsWith }),
  }));
}
