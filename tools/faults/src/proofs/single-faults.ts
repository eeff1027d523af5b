import type { RotationStep } from '@keyturn/core';
import { countingPasswords } from '@keyturn/testkit/fakes';
import {
  afterEveryCall,
  FAULT_KINDS,
  injectFault,
  type FaultKind,
  type SingleFault,
} from '../hooks/inject-fault.js';
import { ROTATIONS, STRATEGIES, type WhichRotation } from '../worlds/prepare.js';
import { rotate, runSteps, startProcesses, type FunctionProcess } from '../worlds/rotate.js';
import { tokenOf } from '../worlds/tokens.js';
import {
  anySignsIn,
  currentSignsIn,
  endedWell,
  isGoodMoment,
  type NamedStrategy,
  type StrategyName,
  type World,
} from '../worlds/world.js';

/** What happens after the fault. */
export const RECOVERIES = [
  'same token, from the failed step',
  'same token, from createSecret',
  'AWSPENDING cleared, fresh token',
  'fresh token while AWSPENDING stays',
] as const;

/** One of {@link RECOVERIES}. */
export type Recovery = (typeof RECOVERIES)[number];

/** Which process goes on: the one that met the fault, with all it remembers, another one, or one for every step. */
export const SURVIVORS = ['same process', 'new process', 'a process per step'] as const;

/** One way for a rotation to be hit and to go on. */
export interface SingleFaultCase {
  readonly strategy: NamedStrategy;
  readonly rotation: WhichRotation;
  readonly fault: SingleFault;
  readonly recovery: Recovery;
  readonly survivor: (typeof SURVIVORS)[number];
}

/** What came of it. */
export interface SingleFaultResult extends Omit<SingleFaultCase, 'strategy'> {
  readonly strategy: StrategyName;
  /** The call that was hit, such as `setSecret setPassword`. */
  readonly point: string;
  /** The recovery's rotation ended with its version as AWSCURRENT and everything as it should be. */
  readonly completed: boolean;
  readonly currentDead: boolean;
  readonly lockedOut: boolean;
  readonly healedByNext: boolean;
  /** After how many port calls a secret was not as it must be at every instant; see `isGoodMoment`. */
  readonly badMoments: number;
  /** The codes of the errors on the way. */
  readonly errors: readonly string[];
}

/**
 * Runs one rotation with a fault, recovers, and rotates once more.
 * @returns undefined where the rotation has not that many calls.
 */
export async function runSingleFault(
  world: World,
  { strategy, ...rest }: SingleFaultCase,
): Promise<SingleFaultResult | undefined> {
  const passwords = countingPasswords();
  let badMoments = 0;
  const watch = afterEveryCall(() => {
    const picture = world.lookNow?.();
    if (picture !== undefined && !isGoodMoment(picture, strategy.name)) badMoments += 1;
  });
  const fault = injectFault(rest.fault, world);
  const lifetime = rest.survivor === 'a process per step' ? rest.survivor : 'one process';
  const start = (met?: typeof fault): FunctionProcess =>
    startProcesses(
      world,
      {
        strategy: strategy.strategy,
        passwords,
        hooks: met === undefined ? [watch] : [watch, met.hook],
        ...(met !== undefined && { around: met.around }),
      },
      lifetime,
    );
  const errors: string[] = [];

  const first = start(fault);
  let token = tokenOf('hit');
  await world.stage(token);
  let hitStep: RotationStep | undefined;
  const { step, end } = await runSteps(
    {
      async run(next, version) {
        const ended = await first.run(next, version);
        if (fault.struck() !== undefined) hitStep ??= next;
        return ended;
      },
    },
    token,
  );
  const struck = fault.struck();
  if (struck === undefined) return undefined;
  if (end === 'succeeded') await world.settle();
  else errors.push(end.code);

  const second = rest.survivor === 'same process' ? first : start();
  let completed = end === 'succeeded';
  if (rest.recovery.includes('fresh token')) {
    token = tokenOf('fresh');
    if (rest.recovery === 'AWSPENDING cleared, fresh token') await world.clearPending();
    // Where the service refuses, somebody may still send the function an event with a token of his own.
    await world.stage(token);
    completed = await recover(world, second, token, undefined, errors);
  } else if (!completed) {
    const from = rest.recovery === 'same token, from the failed step' ? step : undefined;
    completed = await recover(world, second, token, from, errors);
  }
  const picture = await world.look();
  completed &&= endedWell(picture, token, strategy.name) && (await world.samePermissions());

  const last = tokenOf('next');
  await world.clearPending();
  await world.stage(last);
  const rotated = await recover(world, start(), last, undefined, errors);
  const healedByNext =
    rotated &&
    endedWell(await world.look(), last, strategy.name) &&
    (await world.samePermissions());
  const currentDead = !currentSignsIn(picture);
  return {
    ...rest,
    strategy: strategy.name,
    point: `${hitStep ?? step} ${struck}`,
    completed,
    currentDead,
    lockedOut: !anySignsIn(picture) || (currentDead && !healedByNext),
    healedByNext,
    badMoments,
    errors,
  };
}

async function recover(
  world: World,
  process: FunctionProcess,
  token: string,
  from: RotationStep | undefined,
  errors: string[],
): Promise<boolean> {
  const { completed, failures } = await rotate(world, process, token, from);
  errors.push(...failures.map(({ code }) => code));
  return completed;
}

/** What is explored: everything that is left out counts in full. */
export interface SingleFaultScope {
  readonly strategies?: readonly NamedStrategy[];
  readonly rotations?: readonly WhichRotation[];
  readonly recoveries?: readonly Recovery[];
  readonly kinds?: readonly FaultKind[];
  readonly survivors?: readonly (typeof SURVIVORS)[number][];
  /** Tries every n-th call only. Default 1. */
  readonly stride?: number;
  /** Goes on after each fault in one of the ways, taken in turn, not in all of them. Default false. */
  readonly recoveriesInTurn?: boolean;
}

/** Makes a source of worlds where the rotation in question begins. */
export type WorldSource = (
  strategy: NamedStrategy,
  rotation: WhichRotation,
) => Promise<() => Promise<World>>;

/** Every case of a scope, as sources of results that do not disturb each other. */
export function exploreSingleFaults(
  createWorld: WorldSource,
  scope: SingleFaultScope = {},
): readonly AsyncGenerator<SingleFaultResult>[] {
  const { strategies = STRATEGIES, rotations = ROTATIONS, recoveries = RECOVERIES } = scope;
  const { kinds = FAULT_KINDS, survivors = SURVIVORS, stride = 1 } = scope;
  const turns = scope.recoveriesInTurn ? [recoveries] : recoveries.map((recovery) => [recovery]);
  const sources: AsyncGenerator<SingleFaultResult>[] = [];
  for (const strategy of strategies) {
    for (const rotation of rotations) {
      for (const inTurn of turns) {
        for (const kind of kinds) {
          for (const survivor of survivors) {
            // A process that has crashed does not go on.
            if (kind === 'crash' && survivor === 'same process') continue;
            const rest = { strategy, rotation, survivor };
            sources.push(atEveryCall(createWorld, rest, inTurn, kind, stride));
          }
        }
      }
    }
  }
  return sources;
}

async function* atEveryCall(
  createWorld: WorldSource,
  rest: Omit<SingleFaultCase, 'fault' | 'recovery'>,
  recoveries: readonly Recovery[],
  kind: FaultKind,
  stride: number,
): AsyncGenerator<SingleFaultResult> {
  const open = await createWorld(rest.strategy, rest.rotation);
  const moments = kind === 'refused' ? (['before'] as const) : (['before', 'after'] as const);
  let tried = 0;
  for (let call = 1; ; call += stride) {
    let reached = false;
    for (const when of moments) {
      const world = await open();
      try {
        const recovery = recoveries[tried % recoveries.length] ?? RECOVERIES[0];
        const fault = { kind, when, call } as const;
        const result = await runSingleFault(world, { ...rest, recovery, fault });
        if (result === undefined) continue;
        reached = true;
        tried += 1;
        yield result;
      } finally {
        await world.close?.();
      }
    }
    if (!reached) return;
  }
}

/** The targets that a result misses, in words. */
export function missedBy(result: SingleFaultResult): readonly string[] {
  const missed: string[] = [];
  const { recovery, strategy, fault } = result;
  if (result.lockedOut) missed.push('locked out');
  if (!result.healedByNext) missed.push('not healed by the next rotation');
  if (result.badMoments > 0) missed.push('nobody could sign in for a moment');
  if (recovery !== 'fresh token while AWSPENDING stays') {
    if (!result.completed) missed.push('not completed');
    if (result.currentDead) missed.push('AWSCURRENT dead');
  } else if (strategy === 'alternating users' && result.currentDead) {
    missed.push('AWSCURRENT dead');
  }
  const where = `${strategy}, ${result.rotation} rotation, ${fault.kind} ${fault.when} ${result.point}, ${recovery}, ${result.survivor}`;
  return missed.map((what) => `${what}: ${where} (${result.errors.join(', ')})`);
}
