import type { StepOutcome } from '../domain/step-outcome.js';
import { SIGN_IN } from '../checks/sign-in-check.js';
import type { DatabaseSecret } from '../domain/database-secret.js';
import { explainError, VerificationFailedError } from '../errors.js';
import type { AdmittedWithValues } from './admit.js';
import { changesLate, type StepContext } from './step-context.js';
import { parseBoth } from './step-values.js';
import { verifyCredential, verifyPending } from './verify-credential.js';

/** testSecret: proves that the pending credential works, by every check of the list. */
export async function testStep(
  context: StepContext,
  admitted: AdmittedWithValues,
): Promise<StepOutcome> {
  const { owner, current, pending, isConfigTest } = parseBoth(context, admitted);
  if (!isConfigTest && changesLate(context)) return rehearseChecks(context, admitted);
  const { secret, currentVersion } = admitted;
  const proof = isConfigTest ? undefined : context.memory.beginProof(secret.arn, currentVersion);
  await orSay(pendingState(current, pending), () => verifyPending(context, owner, pending));
  if (proof === undefined) {
    context.report({ name: 'testRotation.succeeded' });
    return 'configuration-passed';
  }
  proof.complete(context.clock.now());
  return 'pending-passed';
}

/**
 * The same where finishSecret is the step that changes the password: the checks run with the current credential, so
 * that one that is broken by itself is found before anybody pays for it. It proves nothing about the pending one.
 */
async function rehearseChecks(
  context: StepContext,
  admitted: AdmittedWithValues,
): Promise<StepOutcome> {
  const { owner, current, pending } = parseBoth(context, admitted);
  const { currentVersion: versionId, secret } = admitted;
  const { checks, memory, clock } = context;
  // The sign-in is the only check there is, and setSecret has just made it in this process.
  if (checks.length === 1 && memory.isProved(secret.arn, versionId, clock.now())) {
    return 'current-just-worked';
  }
  try {
    await orSay(CURRENT_STATE, () =>
      verifyCredential(context, owner, { credential: 'current', versionId, secret: current }),
    );
    return 'current-passed';
  } catch (error) {
    if (!isRefusedSignIn(error)) throw error;
    // Somebody has set the pending password already: a template's setSecret, or a delivery that died.
    await orSay(pendingState(current, pending), () => verifyPending(context, owner, pending));
    return 'already-set-passed';
  }
}

function isRefusedSignIn(error: unknown): boolean {
  return error instanceof VerificationFailedError && error.failures[0]?.check === SIGN_IN;
}

/** Adds what is known once the sign-in has succeeded and another check has failed. */
async function orSay(state: string, verify: () => Promise<void>): Promise<void> {
  try {
    await verify();
  } catch (error) {
    const signedIn = error instanceof VerificationFailedError && !isRefusedSignIn(error);
    throw signedIn ? explainError(error, state) : error;
  }
}

const CURRENT_STATE = 'The user of AWSCURRENT signs in; finishSecret would change its password.';

/** One user has one password. */
function pendingState(current: DatabaseSecret, pending: DatabaseSecret): string {
  return current.username === pending.username
    ? 'The AWSPENDING password signs in, so AWSCURRENT does not until the rotation goes on or is repaired.'
    : `AWSCURRENT names user ${JSON.stringify(current.username)}, which was not changed.`;
}
