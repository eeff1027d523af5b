import { decidePromotion } from '../domain/decide-promotion.js';
import { refuse } from '../domain/refusal.js';
import type { SecretDescription } from '../domain/secret-description.js';
import { AWSCURRENT } from '../domain/staging-label.js';
import { KeyturnError, refusalToError } from '../errors.js';
import { admit, admitWithValues, ALREADY_CURRENT, type AdmittedStep } from './admit.js';
import { parseBoth } from './set-step.js';
import { describeSecret, type StepContext } from './step-context.js';
import { verifyPending } from './verify-pending.js';

/** How long finishSecret waits between looks at the replicas, in milliseconds. */
const REPLICA_PAUSE_MS = 1_000;

/**
 * finishSecret: moves AWSCURRENT to a version that is proved to work, and to no other. A proof of testSecret in
 * this process counts; without one the whole list of checks runs again.
 */
export async function finishStep(context: StepContext): Promise<string> {
  const { proofs, clock, request } = context;
  if (proofs.mayHold(request.versionId)) {
    const admitted = await admit(context);
    if (admitted.kind === 'already-current') return ALREADY_CURRENT;
    const { secret, currentVersion } = admitted;
    const subject = { secretArn: secret.arn, versionId: request.versionId, currentVersion };
    if (proofs.holds(subject, clock.now())) return promote(context, admitted);
  }
  const admitted = await admitWithValues(context);
  if (admitted.kind === 'already-current') return ALREADY_CURRENT;
  const { current, pending } = parseBoth(context, admitted.values);
  await verifyPending(context, current, pending);
  return promote(context, admitted);
}

async function promote(context: StepContext, admitted: AdmittedStep): Promise<string> {
  const { store, request, proofs } = context;
  const { secret, currentVersion } = admitted;
  const labels = context.settings.waitForReplicas ? await replicasInSync(context, secret) : secret;
  const promotion = decidePromotion(labels, request.versionId);
  if (promotion.kind === 'already-current') return ALREADY_CURRENT;
  if (promotion.from !== currentVersion) throw movedMeanwhile();
  const { from, to } = promotion;
  try {
    await store.moveLabel({ secretId: request.secretId, label: AWSCURRENT, from, to });
  } catch (error) {
    await throwUnlessCurrent(context, error);
  }
  proofs.forget(secret.arn);
  return 'AWSCURRENT was moved to the version';
}

/** Another delivery of this step, or this call whose answer was lost, may have moved the label already. */
async function throwUnlessCurrent(context: StepContext, error: unknown): Promise<void> {
  const mayHaveMoved =
    KeyturnError.is(error, 'KEYTURN_STORE_REFUSED') ||
    KeyturnError.is(error, 'KEYTURN_STORE_UNAVAILABLE');
  if (!mayHaveMoved) throw error;
  const secret = await describeSecret(context);
  if (decidePromotion(secret, context.request.versionId).kind !== 'already-current') throw error;
}

async function replicasInSync(
  context: StepContext,
  secret: SecretDescription,
): Promise<SecretDescription> {
  let seen = secret;
  while (seen.replicasBehind.length > 0) {
    context.time.require();
    await context.clock.sleep(REPLICA_PAUSE_MS);
    seen = await describeSecret(context);
  }
  return seen;
}

function movedMeanwhile(): Error {
  return refusalToError(
    refuse({
      code: 'KEYTURN_LABELS_IN_MOTION',
      message: 'AWSCURRENT moved to another version while this one was being proved.',
      remedy: 'The next delivery proves it against the new current version.',
      retryable: true,
    }),
  );
}
