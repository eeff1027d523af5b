import type { StepOutcome } from '../domain/step-outcome.js';
import { pauseWithJitter } from '../access/read-again.js';
import { versionWith, type SecretDescription } from '../domain/secret-description.js';
import { AWSCURRENT, AWSPENDING } from '../domain/staging-label.js';
import type { KeyturnError } from '../errors.js';
import { refusalToError } from '../errors.js';
import { refuse } from '../domain/refusal.js';
import { admitWithValues, ALREADY_CURRENT, type AdmittedWithValues } from './admit.js';
import { withStrategy, type StrategyAtWork } from './apply-context.js';
import { LateChange } from './late-change.js';
import { promote } from './promote.js';
import { orStepAside } from './step-aside.js';
import { describeSecret, type StepContext } from './step-context.js';
import { verifyPending } from './verify-credential.js';

/** Reads lag writes: how long to wait before labels count that do not fit, in milliseconds. */
const PAUSE_MS = 200;

/**
 * finishSecret where it is the step that changes the password: changes it, proves it by every check beside a second look
 * at the labels, and moves AWSCURRENT, all in one invocation. Whatever fails before the label has moved puts AWSCURRENT's
 * password back and proves that. Safe to repeat, and beside another delivery.
 */
export async function changeAndPromote(context: StepContext): Promise<StepOutcome> {
  const admitted = await admitWithValues(context);
  if (admitted.kind === 'already-current') return ALREADY_CURRENT;
  return orStepAside(context, admitted, () =>
    withStrategy(context, admitted, async (atWork) => {
      const late = new LateChange(atWork);
      await context.strategy.apply({
        ...atWork.applyContext,
        changePassword: (request) => late.write(request),
      });
      return goOn(context, admitted, atWork, late);
    }),
  );
}

async function goOn(
  context: StepContext,
  admitted: AdmittedWithValues,
  { credentials: { owner, pending } }: StrategyAtWork,
  late: LateChange,
): Promise<StepOutcome> {
  const [checks, look] = await Promise.allSettled([
    verifyPending(context, owner, pending),
    describeSecret(context),
  ]);
  const labels = look.status === 'fulfilled' ? look.value : undefined;
  if (labels !== undefined && !(await isUndisturbed(context, admitted, labels))) {
    return late.undo(superseded(pending.username));
  }
  if (checks.status === 'rejected') return late.undo(checks.reason);
  if (look.status === 'rejected') return late.undo(look.reason);
  let moved;
  try {
    moved = await promote(context, admitted);
  } catch (error) {
    return late.undo(error);
  }
  if (moved.kind === 'in-doubt') {
    const seen = await describeSecret(context);
    if (versionWith(seen, AWSCURRENT) !== context.request.versionId) return late.undo(moved.error);
  }
  await late.giveAgain();
  const isOurs = moved.kind === 'done' && moved.outcome === 'promoted';
  return isOurs ? 'changed-and-promoted' : ALREADY_CURRENT;
}

/** Whether this version is still the one to come, beside the same AWSCURRENT, or has become current. */
async function isUndisturbed(
  context: StepContext,
  { currentVersion }: AdmittedWithValues,
  labels: SecretDescription,
): Promise<boolean> {
  const { versionId } = context.request;
  const fits = (seen: SecretDescription): boolean =>
    versionWith(seen, AWSCURRENT) === versionId ||
    (versionWith(seen, AWSPENDING) === versionId &&
      versionWith(seen, AWSCURRENT) === currentVersion);
  if (fits(labels)) return true;
  await pauseWithJitter(context.clock, PAUSE_MS);
  return fits(await describeSecret(context));
}

function superseded(user: string): KeyturnError {
  return refusalToError(
    refuse({
      code: 'KEYTURN_TOKEN_SUPERSEDED',
      message: `Another rotation took over while the password of user ${JSON.stringify(user)} was being changed.`,
      remedy: 'Nothing is left to do for this rotation.',
      retryable: true,
    }),
  );
}
