import { decidePromotion } from '../domain/decide-promotion.js';
import { refuse } from '../domain/refusal.js';
import type { SecretDescription } from '../domain/secret-description.js';
import { AWSCURRENT } from '../domain/staging-label.js';
import { KeyturnError, refusalToError } from '../errors.js';
import {
  admit,
  admitWithValues,
  ALREADY_CURRENT,
  withValues,
  type AdmittedStep,
  type AdmittedWithValues,
} from './admit.js';
import { parseBoth } from './set-step.js';
import { orStepAside } from './step-aside.js';
import { describeSecret, type StepContext } from './step-context.js';
import { verifyPending } from './verify-pending.js';

/** How long finishSecret waits between looks at the replicas, in milliseconds. */
const REPLICA_PAUSE_MS = 1_000;

/**
 * finishSecret: moves AWSCURRENT to a version that is proved to work, and to no other. A proof of testSecret in
 * this process counts; without one the whole list of checks runs again.
 */
export async function finishStep(context: StepContext): Promise<string> {
  const { proofs, request } = context;
  const first = proofs.mayHold(request.versionId)
    ? await promoteByProof(context)
    : await promoteByChecks(context);
  return settle(context, first);
}

/**
 * Early promotion: proves the pending version by the whole list of checks and moves AWSCURRENT to it, right after
 * setSecret has set its password. The later steps find the version current.
 */
export async function promoteEarly(
  context: StepContext,
  admitted: AdmittedWithValues,
): Promise<string> {
  return settle(context, await checkAndPromote(context, admitted));
}

async function settle(context: StepContext, first: Promoted): Promise<string> {
  if (first.kind === 'done') return first.outcome;
  // Another delivery of this step, another rotation, or this very call whose answer was lost may have moved the
  // label: the labels decide, and the version is proved beside what is current now, read together with them.
  context.values.forget(context.request.versionId);
  const second = await promoteByChecks(context);
  if (second.kind === 'done') return second.outcome;
  throw second.error;
}

type Promoted =
  | { readonly kind: 'done'; readonly outcome: string }
  | { readonly kind: 'in-doubt'; readonly error: unknown };

const ALREADY_DONE: Promoted = { kind: 'done', outcome: ALREADY_CURRENT };

async function promoteByProof(context: StepContext): Promise<Promoted> {
  const { proofs, clock, request } = context;
  const admitted = await admit(context);
  if (admitted.kind === 'already-current') return ALREADY_DONE;
  const { secret, currentVersion } = admitted;
  const subject = { secretArn: secret.arn, versionId: request.versionId, currentVersion };
  return proofs.holds(subject, clock.now())
    ? promote(context, admitted)
    : checkAndPromote(context, await withValues(context, admitted));
}

async function promoteByChecks(context: StepContext): Promise<Promoted> {
  const admitted = await admitWithValues(context);
  if (admitted.kind === 'already-current') return ALREADY_DONE;
  return checkAndPromote(context, admitted);
}

function checkAndPromote(context: StepContext, admitted: AdmittedWithValues): Promise<Promoted> {
  return orStepAside(context, admitted, async () => {
    const { current, pending } = parseBoth(context, admitted.values);
    await verifyPending(context, current, pending);
    return promote(context, admitted);
  });
}

async function promote(context: StepContext, admitted: AdmittedStep): Promise<Promoted> {
  const { store, request, proofs } = context;
  const { secret, currentVersion } = admitted;
  const labels = context.settings.waitForReplicas ? await replicasInSync(context, secret) : secret;
  const promotion = decidePromotion(labels, request.versionId);
  if (promotion.kind === 'already-current') return ALREADY_DONE;
  const { from, to } = promotion;
  if (from !== currentVersion) return { kind: 'in-doubt', error: movedMeanwhile() };
  try {
    await store.moveLabel({ secretId: request.secretId, label: AWSCURRENT, from, to });
  } catch (error) {
    if (mayHaveMoved(error)) return { kind: 'in-doubt', error };
    throw error;
  }
  proofs.forget(secret.arn);
  return { kind: 'done', outcome: 'AWSCURRENT was moved to the version' };
}

function mayHaveMoved(error: unknown): boolean {
  return (
    KeyturnError.is(error, 'KEYTURN_STORE_REFUSED') ||
    KeyturnError.is(error, 'KEYTURN_STORE_UNAVAILABLE')
  );
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
