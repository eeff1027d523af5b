import { startChild, type Answer, type Child, type Implementation } from '../child.js';
import type { Invoke } from '../world.js';

/** One process for all steps, kept warm. */
export async function withWarmChild<T>(
  implementation: Implementation,
  use: (invoke: Invoke, child: Child) => Promise<T>,
): Promise<T> {
  const child = startChild(implementation);
  try {
    return await use((event) => child.ask(event), child);
  } finally {
    child.close();
  }
}

/** A process for each step; `onAnswer` gets the time from its start to its answer in milliseconds. */
export function freshChildren(
  implementation: Implementation,
  onAnswer: (step: string, ms: number, answer: Answer, child: Child) => void = () => undefined,
): Invoke {
  return async (event) => {
    const began = performance.now();
    const child = startChild(implementation);
    try {
      const answer = await child.ask(event);
      onAnswer(event.Step, performance.now() - began, answer, child);
    } finally {
      child.close();
    }
  };
}
