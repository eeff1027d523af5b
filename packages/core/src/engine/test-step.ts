import type { AdmittedWithValues } from './admit.js';
import { parseBoth } from './set-step.js';
import type { StepContext } from './step-context.js';
import { verifyPending } from './verify-pending.js';

/** testSecret: proves that the pending credential works, by every check of the list. */
export async function testStep(
  context: StepContext,
  { secret, currentVersion, values }: AdmittedWithValues,
): Promise<string> {
  const { current, pending, isConfigTest } = parseBoth(context, values);
  const { versionId } = context.request;
  const subject = { secretArn: secret.arn, versionId, currentVersion };
  const proof = isConfigTest ? undefined : context.proofs.begin(subject);
  await verifyPending(context, current, pending);
  if (proof === undefined) {
    context.report({ name: 'testRotation.succeeded' });
    return 'the current credential passed, as a test of the configuration';
  }
  proof.complete(context.clock.now());
  return 'the pending credential passed every check';
}
