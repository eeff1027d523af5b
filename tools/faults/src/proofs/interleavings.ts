import { AsyncLocalStorage } from 'node:async_hooks';
import { ROTATION_STEPS, type RotationStep } from '@keyturn/core';
import { countingPasswords } from '@keyturn/testkit/fakes';
import {
  exploreInterleavings,
  type CallHook,
  type ExplorationReport,
  type InterleavingWorld,
} from '@keyturn/testkit/faults';
import { afterEveryCall } from '../hooks/inject-fault.js';
import { MemoryWorld, type MemorySnapshot } from '../worlds/memory-world.js';
import { runSteps, startProcess, type FunctionProcess, type StepEnd } from '../worlds/rotate.js';
import { tokenOf } from '../worlds/tokens.js';
import { endedWell, isGoodMoment, type NamedStrategy, type StrategyName } from '../worlds/world.js';

/** Where the two deliveries run: the service may give a duplicate to any container. */
export const PLACES = ['two processes', 'one process'] as const;

/** Two deliveries of one token at once. */
export interface InterleavingCase {
  readonly strategy: NamedStrategy;
  /** The state of the world before the rotation. */
  readonly start: MemorySnapshot;
  /** What the first delivery runs; the steps before it have succeeded in its process. */
  readonly step: RotationStep;
  /** What the second one runs: the same, or an earlier step that is late. */
  readonly other: RotationStep;
  readonly place: (typeof PLACES)[number];
}

/** What came of all schedules. */
export interface InterleavingResult extends ExplorationReport {
  readonly strategy: StrategyName;
  readonly step: RotationStep;
  readonly other: RotationStep;
  readonly place: (typeof PLACES)[number];
  readonly bothSucceeded: number;
  /** One or both failed with a retryable error, and a retry of each succeeded. */
  readonly yielded: number;
  /** Schedules that broke a rule, each with what it broke. */
  readonly wrong: readonly string[];
  /** The codes of the errors of those that yielded. */
  readonly codes: readonly string[];
}

/** Runs every interleaving of the two deliveries, then the rest of the rotation. */
export async function exploreDeliveries(options: InterleavingCase): Promise<InterleavingResult> {
  const { strategy, step, other, place } = options;
  let bothSucceeded = 0;
  let yielded = 0;
  const wrong: string[] = [];
  const codes = new Set<string>();
  const report = await exploreInterleavings(async () => {
    const { world, deliveries, badMoments, retry } = await openDeliveries(options);
    return {
      tasks: deliveries,
      state: () => world.snapshot(),
      async check({ results, turns }) {
        const complaints = [...badMoments];
        let failed = false;
        for (const [index, result] of results.entries()) {
          if (result.status === 'rejected') throw result.reason;
          if (result.value === 'succeeded') continue;
          failed = true;
          codes.add(result.value.code);
          if (!result.value.retryable) complaints.push(`${result.value.code} is not retryable`);
          const again = await retry(index);
          if (again !== 'succeeded') complaints.push(`retry failed with ${again.code}`);
        }
        complaints.push(...(await finishRotation(world, options)));
        if (complaints.length > 0) wrong.push(`[${turns.join('')}] ${complaints.join('; ')}`);
        else if (failed) yielded += 1;
        else bothSucceeded += 1;
      },
    } satisfies InterleavingWorld<StepEnd>;
  });
  return {
    ...report,
    strategy: strategy.name,
    step,
    other,
    place,
    bothSucceeded,
    yielded,
    wrong,
    codes: [...codes].sort(),
  };
}

const TOKEN = tokenOf('twice');

/** One engine may serve both deliveries, so which of them makes a call is told by where the call comes from. */
const delivery = new AsyncLocalStorage<CallHook>();
const ofDelivery: CallHook = {
  before: (call) => delivery.getStore()?.before?.(call),
  after: (call, outcome) => delivery.getStore()?.after?.(call, outcome),
};

async function openDeliveries({ strategy, start, step, other, place }: InterleavingCase): Promise<{
  world: MemoryWorld;
  deliveries: readonly ((hook: CallHook) => Promise<StepEnd>)[];
  badMoments: readonly string[];
  retry(index: number): Promise<StepEnd>;
}> {
  const world = new MemoryWorld(start);
  await world.stage(TOKEN);
  const badMoments: string[] = [];
  const watch = afterEveryCall(({ method }) => {
    if (!isGoodMoment(world.lookNow(), strategy.name)) badMoments.push(`dead after ${method}`);
  });
  const open = (seed: number): FunctionProcess =>
    startProcess(world, {
      strategy: strategy.strategy,
      passwords: countingPasswords(seed),
      hooks: [watch, ofDelivery],
    });
  const first = open(1);
  const second = place === 'one process' ? first : open(100);
  for (const earlier of ROTATION_STEPS.slice(0, ROTATION_STEPS.indexOf(step))) {
    const end = await first.run(earlier, TOKEN);
    if (end !== 'succeeded') throw end;
  }
  const runs = [() => first.run(step, TOKEN), () => second.run(other, TOKEN)];
  return {
    world,
    badMoments,
    deliveries: runs.map((run) => (hook) => delivery.run(hook, run)),
    retry: (index) => (index === 0 ? first.run(step, TOKEN) : second.run(other, TOKEN)),
  };
}

async function finishRotation(
  world: MemoryWorld,
  { strategy, step }: InterleavingCase,
): Promise<readonly string[]> {
  const rest = ROTATION_STEPS[ROTATION_STEPS.indexOf(step) + 1];
  const process = startProcess(world, {
    strategy: strategy.strategy,
    passwords: countingPasswords(1_000),
  });
  if (rest !== undefined) {
    const { step: stopped, end } = await runSteps(process, TOKEN, rest);
    if (end !== 'succeeded') return [`${stopped} afterwards failed with ${end.code}`];
  }
  await world.settle();
  if (!endedWell(world.lookNow(), TOKEN, strategy.name)) return ['the end state is wrong'];
  return (await world.samePermissions()) ? [] : ['the users hold different permissions'];
}
