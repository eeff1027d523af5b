import { decidePending } from '../domain/decide-pending.js';
import type { DatabaseSecret } from '../domain/database-secret.js';
import { refuse } from '../domain/refusal.js';
import { refusalToError } from '../errors.js';
import type { AdmittedWithValues, StepValues } from './admit.js';
import { changePassword, createUser, requireFitPassword } from './apply-pending.js';
import type { PendingChange } from './pending-change.js';
import {
  nextUserOf,
  parseCurrent,
  parsePending,
  prepareContextOf,
  type StepContext,
} from './step-context.js';
import { StoredCredentials } from './stored-credentials.js';

/** setSecret: makes the pending credential work in the database. */
export async function setStep(context: StepContext, admitted: AdmittedWithValues): Promise<string> {
  const { current, pending } = parseBoth(context, admitted.values);
  const { secret, currentVersion } = admitted;
  const credentials = new StoredCredentials(
    context,
    secret,
    { versionId: currentVersion, secret: current },
    { versionId: context.request.versionId, secret: pending },
  );
  const change: PendingChange = {
    context,
    secretArn: secret.arn,
    currentVersion,
    current,
    pending,
  };
  try {
    return await context.strategy.apply({
      ...prepareContextOf(context, current),
      pending,
      now: () => context.clock.now(),
      report: (event) => context.report(event),
      tryStored: (request) => credentials.try(request),
      blindSpots: credentials.blindSpots,
      signInElsewhere: ({ host, port, ssl, user, password, ...where }) => {
        context.secrets.add(password);
        const { database } = { ...current.address, ...where };
        const address = { host, port, database, ...(ssl !== undefined && { ssl }) };
        return context.database.signIn({
          address,
          user,
          password,
          ...context.time.forConnection(),
        });
      },
      changePassword: (request) => changePassword(change, request),
      createUser: (request) => createUser(change, request),
      requireFitPassword: () => requireFitPassword(change),
      requireTime: (milliseconds) => context.time.require(milliseconds),
    });
  } finally {
    await credentials.close();
  }
}

/** The two values of a step that needs both, guarded. */
export function parseBoth(
  context: StepContext,
  values: StepValues,
): { current: DatabaseSecret; pending: DatabaseSecret; isConfigTest: boolean } {
  const current = parseCurrent(context, values.current);
  if (values.pending === undefined) {
    throw refusalToError(
      refuse({
        code: 'KEYTURN_NO_PENDING_VALUE',
        field: 'ClientRequestToken',
        message: 'The AWSPENDING version has no value yet.',
        remedy: 'createSecret has to succeed first; the service repeats the rotation from there.',
        retryable: true,
      }),
    );
  }
  const pending = parsePending(context, values.pending);
  const verdict = decidePending(
    current,
    pending,
    nextUserOf(context, current),
    context.request.step,
  );
  switch (verdict.kind) {
    case 'refused':
      throw refusalToError(verdict);
    case 'fit':
    case 'config-test':
      return { current, pending, isConfigTest: verdict.kind === 'config-test' };
  }
}
