import type { AdmittedWithValues } from './admit.js';
import type { StepContext } from './step-context.js';
import { parseBoth } from './step-values.js';
import { verifyPending } from './verify-pending.js';

/** testSecret: proves that the pending credential works, by every check of the list. */
export async function testStep(
  context: StepContext,
  admitted: AdmittedWithValues,
): Promise<string> {
  const { owner, pending, isConfigTest } = parseBoth(context, admitted);
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
