import type { StepOutcome } from '../domain/step-outcome.js';
import { promoteByChecks, promoteByProof, settle } from './promote.js';
import type { StepContext } from './step-context.js';

/**
 * finishSecret: moves AWSCURRENT to a version that is proved to work, and to no other. A proof of testSecret in
 * this process counts; without one the whole list of checks runs again.
 */
export async function finishStep(context: StepContext): Promise<StepOutcome> {
  const first = context.memory.mayBeProved
    ? await promoteByProof(context)
    : await promoteByChecks(context);
  return settle(context, first);
}
