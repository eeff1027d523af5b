import { proveOwnership } from '../access/prove-ownership.js';
import { StoredCredentials } from '../access/stored-credentials.js';
import { signInAsSuperuser, superuserRefused } from '../access/superuser-session.js';
import { CLEAR_PENDING } from '../domain/decide-pending.js';
import { KeyturnError, refusalToError } from '../errors.js';
import type { AdmittedWithValues } from './admit.js';
import { changePassword, createUser, requireFitPassword } from './apply-pending.js';
import type { PendingChange } from './pending-change.js';
import { prepareContextOf, type StepContext } from './step-context.js';
import { parseBoth } from './step-values.js';

/** setSecret: makes the pending credential work in the database. */
export async function setStep(context: StepContext, admitted: AdmittedWithValues): Promise<string> {
  const { owner, current, pending } = parseBoth(context, admitted);
  const { secret, currentVersion } = admitted;
  const stored = new StoredCredentials(context, secret, {
    owner,
    current: { versionId: currentVersion, secret: current },
    pending: { versionId: context.request.versionId, secret: pending },
  });
  const change: PendingChange = { context, owner, currentVersion, pending };
  const report: StepContext['report'] = (event) => context.report(event);
  try {
    return await context.strategy.apply({
      ...prepareContextOf(context, owner),
      pending,
      now: () => context.clock.now(),
      report,
      tryStored: (request) => stored.try(request),
      blindSpots: stored.blindSpots,
      proveOwnership: (request = {}) => proveOwnership(stored, { ...request, report }),
      signInAsSuperuser: (request) =>
        signInAsSuperuser(context, owner, request).catch(sayHowToStartAnew),
      changePassword: (request) => changePassword(change, request),
      createUser: (request) => createUser(change, request),
      requireFitPassword: () => requireFitPassword(change),
      requireTime: (milliseconds) => context.time.require(milliseconds),
    });
  } finally {
    await stored.close();
  }
}

/** A superuser who is refused keeps the rotation pending until somebody helps. */
function sayHowToStartAnew(error: unknown): never {
  if (!KeyturnError.is(error, 'KEYTURN_SUPERUSER_REFUSED')) throw error;
  const remedy = `${superuserRefused.remedy} ${CLEAR_PENDING}`;
  throw refusalToError({ ...superuserRefused, remedy });
}
