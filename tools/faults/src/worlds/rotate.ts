import {
  KeyturnError,
  RotationEngine,
  ROTATION_STEPS,
  type RotationStep,
  type RotationStrategy,
  type VersionId,
} from '@keyturn/core';
import type { DatabaseAdmin, PasswordSource } from '@keyturn/core/adapter';
import { withCallPoints, type CallHook } from '@keyturn/testkit/faults';
import type { World } from './world.js';

/** How a step ended; a crash arrives as an error too, since whoever waits for the process is told something. */
export type StepEnd = 'succeeded' | KeyturnError;

/** How a rotation ended after all tries. */
export interface RotationEnd {
  readonly completed: boolean;
  /** What each try that failed ended with. */
  readonly failures: readonly KeyturnError[];
}

/** One process of the rotation function. */
export interface FunctionProcess {
  run(step: RotationStep, token: VersionId): Promise<StepEnd>;
}

/** How a process is set up; see {@link startProcess}. */
export interface ProcessOptions {
  readonly strategy: RotationStrategy;
  readonly passwords: PasswordSource;
  /** The innermost first. */
  readonly hooks?: readonly CallHook[];
  /** Puts something between the world's database and the process. */
  readonly around?: (database: DatabaseAdmin) => DatabaseAdmin;
}

/** How long a process lives: over all steps, as a warm container does, or for one step. */
export const LIFETIMES = ['one process', 'a process per step'] as const;

/** One of {@link LIFETIMES}. */
export type Lifetime = (typeof LIFETIMES)[number];

/** Starts one process or, step by step, several. */
export function startProcesses(
  world: World,
  options: ProcessOptions,
  lifetime: Lifetime,
): FunctionProcess {
  if (lifetime === 'one process') return startProcess(world, options);
  return { run: (step, token) => startProcess(world, options).run(step, token) };
}

/** Starts a process of the rotation function, with its own engine and so with its own memory. */
export function startProcess(world: World, options: ProcessOptions): FunctionProcess {
  const { strategy, passwords, hooks = [], around = (database) => database } = options;
  const engine = new RotationEngine({
    store: hooks.reduce(withCallPoints, world.store),
    database: hooks.reduce(withCallPoints, around(world.database)),
    clock: world.clock,
    strategy,
    passwords,
  });
  return {
    async run(step, token) {
      try {
        await engine.run({ step, secretId: world.secretId, versionId: token });
        return 'succeeded';
      } catch (error) {
        if (KeyturnError.is(error)) return error;
        throw error;
      }
    },
  };
}

/** Runs the steps from `from` on until one does not succeed. */
export async function runSteps(
  process: FunctionProcess,
  token: VersionId,
  from: RotationStep = 'createSecret',
): Promise<{ readonly step: RotationStep; readonly end: StepEnd }> {
  for (const step of ROTATION_STEPS.slice(ROTATION_STEPS.indexOf(from))) {
    const end = await process.run(step, token);
    if (end !== 'succeeded') return { step, end };
  }
  return { step: 'finishSecret', end: 'succeeded' };
}

/** How often the service tries a rotation before it gives up: neither published nor promised, so few. */
export const MOST_TRIES = 3;

/**
 * A rotation as the service drives it: the four steps in order, all over again after a failure, and AWSPENDING
 * taken off at the end.
 */
export async function rotate(
  world: World,
  process: FunctionProcess,
  token: VersionId,
  from?: RotationStep,
): Promise<RotationEnd> {
  const failures: KeyturnError[] = [];
  for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
    const { end } = await runSteps(process, token, attempt === 1 ? from : undefined);
    if (end === 'succeeded') {
      await world.settle();
      return { completed: true, failures };
    }
    failures.push(end);
  }
  return { completed: false, failures };
}
