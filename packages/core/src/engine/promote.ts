import type { StepOutcome } from '../domain/step-outcome.js';
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
import { orStepAside } from './step-aside.js';
import { describeSecret, type StepContext } from './step-context.js';
import { parseBoth } from './step-values.js';
import { verifyPending } from './verify-credential.js';

/** How long finishSecret waits between looks at the replicas, in milliseconds. */
const REPLICA_PAUSE_MS = 1_000;

/** Ends a promotion; where it is in doubt, the labels decide. */
export async function settle(context: StepContext, first: Promoted): Promise<StepOutcome> {
  if (first.kind === 'done') return first.outcome;
  // Another delivery of this step, another rotation, or this very call whose answer was lost may have moved the
  // label: the labels decide, and the version is proved beside what is current now, read together with them.
  context.memory.forget();
  const second = await promoteByChecks(context);
  if (second.kind === 'done') return second.outcome;
  throw second.error;
}

/** How far a promotion has come. */
export type Promoted =
  | { readonly kind: 'done'; readonly outcome: StepOutcome }
  | { readonly kind: 'in-doubt'; readonly error: unknown };

const ALREADY_DONE: Promoted = { kind: 'done', outcome: ALREADY_CURRENT };

/** Promotes by a proof that testSecret has made in this process; without one that counts, by the checks. */
export async function promoteByProof(context: StepContext): Promise<Promoted> {
  const { memory, clock } = context;
  const admitted = await admit(context);
  if (admitted.kind === 'already-current') return ALREADY_DONE;
  const { secret, currentVersion } = admitted;
  return memory.isProved(secret.arn, currentVersion, clock.now())
    ? promote(context, admitted)
    : checkAndPromote(context, await withValues(context, admitted));
}

/** Promotes by the whole list of checks. */
export async function promoteByChecks(context: StepContext): Promise<Promoted> {
  const admitted = await admitWithValues(context);
  if (admitted.kind === 'already-current') return ALREADY_DONE;
  return checkAndPromote(context, admitted);
}

function checkAndPromote(context: StepContext, admitted: AdmittedWithValues): Promise<Promoted> {
  return orStepAside(context, admitted, async () => {
    const { owner, pending } = parseBoth(context, admitted);
    await verifyPending(context, owner, pending);
    return promote(context, admitted);
  });
}

/** Moves AWSCURRENT to the version of the request, which has been proved. */
export async function promote(context: StepContext, admitted: AdmittedStep): Promise<Promoted> {
  const { store, request, memory } = context;
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
  memory.disprove(secret.arn);
  return { kind: 'done', outcome: 'promoted' };
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
