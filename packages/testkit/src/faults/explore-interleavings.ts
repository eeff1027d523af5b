import { fingerprint } from './fingerprint.js';
import { Interleaver, type InterleavedTask } from './interleaver.js';
import type { Interleaving } from './run-interleaved.js';

/** One fresh set of tasks and what they share; the same every time it is made. */
export interface InterleavingWorld<T> {
  readonly tasks: readonly InterleavedTask<T>[];
  /**
   * All that the tasks share and read other than through what their calls returned: the state behind the ports, the
   * clock.
   */
  state(): unknown;
  /** Throws where the end of a schedule is not as it should be. */
  check(interleaving: Interleaving<T>): Promise<void> | void;
}

/** What was explored. */
export interface ExplorationReport {
  /** Schedules that were run to their end. */
  readonly schedules: number;
  /** Schedules that were left at a state from which all had been explored. */
  readonly pruned: number;
  /** Different states at which there was a choice. */
  readonly states: number;
  /** False where `maxRuns` ended it. */
  readonly complete: boolean;
}

/**
 * Runs every interleaving of a world's tasks, at the granularity of port calls; calls made in parallel are one turn.
 * Over in-memory ports only, since a state that was seen before is not run on.
 *
 * @param maxRuns default: no limit.
 * @throws what `check` throws, with the schedule to hand to `runInterleaved` in its message.
 */
export async function exploreInterleavings<T>(
  createWorld: () => InterleavingWorld<T> | Promise<InterleavingWorld<T>>,
  { maxRuns = Infinity }: { readonly maxRuns?: number } = {},
): Promise<ExplorationReport> {
  const seen = new Set<string>();
  const todo: (readonly number[])[] = [[]];
  let schedules = 0;
  let pruned = 0;
  for (let prefix = todo.pop(); prefix !== undefined; prefix = todo.pop()) {
    if (schedules + pruned >= maxRuns) {
      return { schedules, pruned, states: seen.size, complete: false };
    }
    const world = await createWorld();
    const branch = await followBranch(world, prefix, seen);
    todo.push(...branch.alternatives);
    if (branch.ended === undefined) {
      pruned += 1;
      continue;
    }
    schedules += 1;
    await checkEnd(world, branch.ended);
  }
  return { schedules, pruned, states: seen.size, complete: true };
}

interface Branch<T> {
  /** Undefined where the branch came to a state that was seen before. */
  readonly ended: Interleaving<T> | undefined;
  readonly alternatives: readonly (readonly number[])[];
}

/** Repeats the prefix, then always gives the first task the turn and notes what else could have been done. */
async function followBranch<T>(
  world: InterleavingWorld<T>,
  prefix: readonly number[],
  seen: Set<string>,
): Promise<Branch<T>> {
  const interleaver = new Interleaver(world.tasks);
  await interleaver.start();
  for (const task of prefix) await interleaver.turn(task);

  const turns = [...prefix];
  const alternatives: number[][] = [];
  for (;;) {
    const [first, ...others] = interleaver.running;
    if (first === undefined) {
      return { ended: { results: interleaver.results(), turns }, alternatives };
    }
    if (others.length > 0) {
      const state = stateOf(world, interleaver);
      if (seen.has(state)) return { ended: undefined, alternatives };
      seen.add(state);
      for (const other of others) alternatives.push([...turns, other]);
    }
    turns.push(first);
    await interleaver.turn(first);
  }
}

/** What is shared and what each task has learnt decide all that can still happen. */
function stateOf<T>({ tasks, state }: InterleavingWorld<T>, interleaver: Interleaver<T>): string {
  const learnt = [...tasks.keys()].map((task) =>
    interleaver
      .observations(task)
      .map(({ call: { method, request }, outcome }) => [method, request, outcome]),
  );
  return fingerprint([state(), interleaver.running, learnt]);
}

async function checkEnd<T>(
  world: InterleavingWorld<T>,
  interleaving: Interleaving<T>,
): Promise<void> {
  try {
    await world.check(interleaving);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`schedule [${interleaving.turns.join(', ')}]: ${reason}`, { cause: error });
  }
}
