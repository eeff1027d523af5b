import type { AdmittedWithValues } from './admit.js';
import { withStrategy } from './apply-context.js';
import { changesLate, type StepContext } from './step-context.js';

/**
 * setSecret: makes the pending credential work in the database; or, where that is for finishSecret to do, finds out
 * whether it can be done.
 */
export function setStep(context: StepContext, admitted: AdmittedWithValues): Promise<string> {
  const { strategy } = context;
  return withStrategy(context, admitted, async ({ applyContext }) => {
    if (!changesLate(context)) return strategy.apply(applyContext);
    applyContext.requireFitPassword();
    applyContext.requireTime();
    const found = await strategy.rehearse?.(applyContext);
    return found ?? 'nothing was changed: finishSecret does';
  });
}
