import { proveOwnership } from '../access/prove-ownership.js';
import { StoredCredentials } from '../access/stored-credentials.js';
import { signInAsSuperuser, superuserRefused } from '../access/superuser-session.js';
import { CLEAR_PENDING } from '../domain/decide-pending.js';
import { KeyturnError, refusalToError } from '../errors.js';
import type { ApplyContext } from '../ports/rotation-strategy.js';
import type { AdmittedWithValues } from './admit.js';
import { changePassword, createUser, dropCreated, requireFitPassword } from './apply-pending.js';
import { giveCurrentPassword } from './give-current-password.js';
import type { PendingChange } from './pending-change.js';
import { prepareContextOf, type StepContext } from './step-context.js';
import { parseBoth, type StepCredentials } from './step-values.js';

/** What a strategy is handed, and what the step goes on with afterwards. */
export interface StrategyAtWork {
  readonly change: PendingChange;
  readonly credentials: StepCredentials;
  readonly stored: StoredCredentials;
  readonly applyContext: ApplyContext;
}

/**
 * Hands a strategy what it needs to look at the database and to change it, and closes every session that was kept for
 * it.
 */
export async function withStrategy<T>(
  context: StepContext,
  admitted: AdmittedWithValues,
  work: (atWork: StrategyAtWork) => Promise<T>,
): Promise<T> {
  const credentials = parseBoth(context, admitted);
  const { owner, current, pending } = credentials;
  const { secret, currentVersion } = admitted;
  const stored = new StoredCredentials(context, secret, {
    owner,
    current: { versionId: currentVersion, secret: current },
    pending: { versionId: context.request.versionId, secret: pending },
  });
  const change: PendingChange = { context, owner, currentVersion, pending };
  const report: StepContext['report'] = (event) => context.report(event);
  const applyContext: ApplyContext = {
    ...prepareContextOf(context, owner),
    pending,
    now: () => context.clock.now(),
    report,
    tryStored: (request) => stored.try(request),
    previousNames: (user) => stored.previousNames(user),
    blindSpots: stored.blindSpots,
    proveOwnership: (request = {}) => proveOwnership(stored, { ...request, report }),
    signInAsSuperuser: async (request) => {
      const session = await signInAsSuperuser(context, owner, request).catch(sayHowToStartAnew);
      stored.superuserSignedIn();
      return session;
    },
    changePassword: (request) => {
      stored.passwordChanges(request.user);
      return changePassword(change, request);
    },
    createUser: (request) => createUser(change, request),
    dropCreated: (request) => dropCreated(change, request),
    restoreCurrent: async (request) => {
      stored.passwordChanges(request.user);
      await giveCurrentPassword(change, request);
    },
    requireFitPassword: () => requireFitPassword(change),
    requireTime: (milliseconds) => context.time.require(milliseconds),
    timeLeftMs: () => context.time.remaining(),
  };
  try {
    return await work({ change, credentials, stored, applyContext });
  } catch (error) {
    if (UNPROVEN.some((code) => KeyturnError.is(error, code))) await stored.endWithoutProof();
    throw error;
  } finally {
    await stored.close();
  }
}

/** No stored version signs in as the user, or as its alternate. */
const UNPROVEN = ['KEYTURN_NO_PROOF_OF_OWNERSHIP', 'KEYTURN_UNRELATED_USER'] as const;

/** A superuser who is refused keeps the rotation pending until somebody helps. */
function sayHowToStartAnew(error: unknown): never {
  if (!KeyturnError.is(error, 'KEYTURN_SUPERUSER_REFUSED')) throw error;
  const remedy = `${superuserRefused.remedy} ${CLEAR_PENDING}`;
  throw refusalToError({ ...superuserRefused, remedy });
}
