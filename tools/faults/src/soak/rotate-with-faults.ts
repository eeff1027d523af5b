import { FAULT_KINDS, type FaultKind, type SingleFault } from '../hooks/inject-fault.js';
import { rotate, runSteps } from '../worlds/rotate.js';
import { tokenOf } from '../worlds/tokens.js';
import { anySignsIn, currentSignsIn, type StrategyName, type World } from '../worlds/world.js';
import type { SoakProcess } from './soak-process.js';

/** What was counted. */
export interface SoakCounts {
  rotations: number;
  /** Rotations that a fault has befallen. */
  faults: number;
  /** Rotations that an operator had to start over with a fresh token. */
  startedOver: number;
  /** Rotations that did not complete, not even with a fresh token. */
  stuck: number;
  /** Times when no stored version signed in, or AWSCURRENT did not after a completed rotation. */
  lockouts: number;
}

/** One secret of the fleet. */
export interface FleetMember {
  readonly world: World;
  readonly strategy: StrategyName;
  /** Whether its connections can be cut. */
  readonly real: boolean;
}

/** In how many of a hundred rotations a fault is laid. */
const FAULTY_PERCENT = 40;
/** Calls of the longest rotation, about, and exchanges of its connections. */
const MOST_CALLS = 26;
const MOST_EXCHANGES = 120;

/** One rotation as the service and its operators would drive it, now and then with a fault. */
export async function rotateWithFaults(
  process: SoakProcess,
  { world, strategy, real }: FleetMember,
  name: string,
  random: () => number,
  counts: SoakCounts,
): Promise<void> {
  const below = (n: number): number => Math.floor(random() * n);
  const fault = below(100) < FAULTY_PERCENT ? someFault(real, below) : undefined;
  const served = process.serve(world, strategy, fault);
  let token = tokenOf(name);
  await world.stage(token);
  const { end } = await runSteps(served, token);
  counts.rotations += 1;
  counts.faults += Number(served.struck());
  let completed = end === 'succeeded';
  if (completed) await world.settle();
  else {
    if (!anySignsIn(await world.look())) counts.lockouts += 1;
    process.clock.advance(below(120_000));
    // Most often the service tries again; now and then an operator gives up and begins anew.
    if (below(3) > 0) {
      completed = (await rotate(world, process.serve(world, strategy), token)).completed;
    }
  }
  if (!completed) {
    counts.startedOver += 1;
    token = tokenOf(`${name}-again`);
    await world.clearPending();
    await world.stage(token);
    completed = (await rotate(world, process.serve(world, strategy), token)).completed;
  }
  if (!completed) counts.stuck += 1;
  if (!currentSignsIn(await world.look())) counts.lockouts += 1;
}

function someFault(real: boolean, below: (n: number) => number): SingleFault {
  const kinds: readonly FaultKind[] = real ? [...FAULT_KINDS, 'cut'] : FAULT_KINDS;
  const kind = kinds[below(kinds.length)] ?? 'lost';
  const most = kind === 'cut' ? MOST_EXCHANGES : kind === 'refused' ? 4 : MOST_CALLS;
  return { kind, when: below(2) === 0 ? 'before' : 'after', call: 1 + below(most) };
}
