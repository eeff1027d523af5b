import { Interleaver, type InterleavedTask } from './interleaver.js';

/** What came of an interleaved run. */
export interface Interleaving<T> {
  /** How each task ended, in their order. */
  readonly results: readonly PromiseSettledResult<T>[];
  /** The turns that were taken: the whole schedule, to name it or to run it again. */
  readonly turns: readonly number[];
}

/**
 * Runs tasks side by side, one port call at a time, in the order that the schedule names them. Calls that a task
 * makes in parallel are one turn. A turn of a task that has ended is left out; when the schedule is over,
 * the tasks run to their ends, the first one first.
 *
 * @example
 * // A makes two calls, B one, then A ends, then B.
 * await runInterleaved([(hook) => run(withCallPoints(store, hook)), taskB], [0, 0, 1]);
 */
export async function runInterleaved<T>(
  tasks: readonly InterleavedTask<T>[],
  schedule: Iterable<number>,
): Promise<Interleaving<T>> {
  const interleaver = new Interleaver(tasks);
  await interleaver.start();
  const turns: number[] = [];
  const take = async (task: number) => {
    turns.push(task);
    await interleaver.turn(task);
  };
  for (const task of schedule) if (interleaver.running.includes(task)) await take(task);
  for (let [next] = interleaver.running; next !== undefined; [next] = interleaver.running) {
    await take(next);
  }
  return { results: interleaver.results(), turns };
}
