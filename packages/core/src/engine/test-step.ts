import { SIGN_IN } from '../checks/sign-in-check.js';
import { VerificationFailedError } from '../errors.js';
import type { AdmittedWithValues } from './admit.js';
import { changesLate, type StepContext } from './step-context.js';
import { parseBoth } from './step-values.js';
import { verifyCredential, verifyPending } from './verify-credential.js';

/** testSecret: proves that the pending credential works, by every check of the list. */
export async function testStep(
  context: StepContext,
  admitted: AdmittedWithValues,
): Promise<string> {
  const { owner, pending, isConfigTest } = parseBoth(context, admitted);
  if (!isConfigTest && changesLate(context)) return rehearseChecks(context, admitted);
  const { secret, currentVersion } = admitted;
  const proof = isConfigTest ? undefined : context.memory.beginProof(secret.arn, currentVersion);
  await verifyPending(context, owner, pending);
  if (proof === undefined) {
    context.report({ name: 'testRotation.succeeded' });
    return 'the current credential passed, as a test of the configuration';
  }
  proof.complete(context.clock.now());
  return 'the pending credential passed every check';
}

/**
 * The same where finishSecret is the step that changes the password: the checks run with the current credential, so
 * that one that is broken by itself is found before anybody pays for it. It proves nothing about the pending one.
 */
async function rehearseChecks(context: StepContext, admitted: AdmittedWithValues): Promise<string> {
  const { owner, current, pending } = parseBoth(context, admitted);
  const { currentVersion: versionId } = admitted;
  try {
    await verifyCredential(context, owner, { credential: 'current', versionId, secret: current });
    return 'the current credential passed every check; finishSecret tries the pending one';
  } catch (error) {
    if (!isRefusedSignIn(error)) throw error;
    // Somebody has set the pending password already: a template's setSecret, or a delivery that died.
    await verifyPending(context, owner, pending);
    return 'the pending credential, which is set already, passed every check';
  }
}

function isRefusedSignIn(error: unknown): boolean {
  return error instanceof VerificationFailedError && error.failures[0]?.check === SIGN_IN;
}
