import { promoteByChecks, promoteByProof, settle } from './promote.js';
import type { StepContext } from './step-context.js';

/**
 * finishSecret: moves AWSCURRENT to a version that is proved to work, and to no other. A proof of testSecret in
 * this process counts; without one the whole list of checks runs again.
 */
export async function finishStep(context: StepContext): Promise<string> {
  const first = context.memory.mayBeProved
    ? await promoteByProof(context)
    : await promoteByChecks(context);
  return settle(context, first);
}
