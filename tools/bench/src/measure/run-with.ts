import { startChild, type Answer, type Child, type Implementation } from '../child.js';
import type { Invoke } from '../world.js';

/** One process for all steps, kept warm. */
export function withWarmChild<T>(
  implementation: Implementation,
  use: (invoke: Invoke) => Promise<T>,
): Promise<T> {
  return withWarmChildren([implementation], async ([invoke]) => {
    if (invoke === undefined) throw new RangeError('no process was started');
    return use(invoke);
  });
}

/** One warm process for each implementation, in their order. */
export async function withWarmChildren<T>(
  implementations: readonly Implementation[],
  use: (invokers: readonly Invoke[]) => Promise<T>,
): Promise<T> {
  const children = implementations.map(startChild);
  try {
    return await use(children.map((child) => (event) => child.ask(event)));
  } finally {
    for (const child of children) child.close();
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
