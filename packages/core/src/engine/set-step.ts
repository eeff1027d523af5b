import type { Rung } from '../domain/decide-login.js';
import type { ApplyContext } from '../ports/rotation-strategy.js';
import type { AdmittedWithValues } from './admit.js';
import { withStrategy } from './apply-context.js';
import { changesLate, timeToChange, type StepContext } from './step-context.js';

/**
 * setSecret: makes the pending credential work in the database; or, where that is for finishSecret to do, finds out
 * whether it can be done.
 */
export function setStep(context: StepContext, admitted: AdmittedWithValues): Promise<string> {
  const { strategy } = context;
  return withStrategy(context, admitted, ({ applyContext }) =>
    changesLate(context) ? rehearse(context, admitted, applyContext) : strategy.apply(applyContext),
  );
}

/** What is found out here that testSecret would ask again is remembered for it: that AWSCURRENT signs in. */
async function rehearse(
  context: StepContext,
  { secret, currentVersion }: AdmittedWithValues,
  applyContext: ApplyContext,
): Promise<string> {
  const { strategy, memory, clock, time } = context;
  applyContext.requireFitPassword();
  time.require(timeToChange(context));
  const proof = memory.beginProof(secret.arn, currentVersion);
  let signedIn: Rung | undefined;
  const found = await strategy.rehearse?.({
    ...applyContext,
    async proveOwnership(request) {
      const working = await applyContext.proveOwnership(request);
      signedIn = working.rung;
      return working;
    },
  });
  if (signedIn === 'current') proof.complete(clock.now());
  return found ?? 'left-to-finish';
}
