import {
  missedBy,
  RECOVERIES,
  type Recovery,
  type SingleFaultResult,
} from '../proofs/single-faults.js';
import { sideBySide } from '../proofs/side-by-side.js';
import { ROTATIONS, STRATEGIES } from '../worlds/prepare.js';
import type { StrategyName } from '../worlds/world.js';
import type { ProofReport, Table } from './table.js';

/** Collects results as they come and makes the table of them. */
export async function reportSingleFaults(
  id: string,
  title: string,
  sources: readonly AsyncIterable<SingleFaultResult>[],
  atOnce = 1,
): Promise<ProofReport> {
  const began = performance.now();
  const counts = new Map<string, Counts>();
  const missed: string[] = [];
  for await (const result of sideBySide(sources, atOnce)) {
    missed.push(...missedBy(result));
    const key = keyOf(result.strategy, result.rotation, result.recovery);
    const count = counts.get(key) ?? { runs: 0, completed: 0, dead: 0, lockouts: 0, healed: 0 };
    count.runs += 1;
    count.completed += Number(result.completed);
    count.dead += Number(result.currentDead);
    count.lockouts += Number(result.lockedOut);
    count.healed += Number(result.healedByNext);
    counts.set(key, count);
  }
  const table: Table = {
    id,
    title,
    head: [
      'strategy',
      'rotation',
      'after the fault',
      'runs',
      'completed',
      'AWSCURRENT dead at end',
      'lockouts',
      'right after the next rotation',
    ],
    rows: STRATEGIES.flatMap(({ name }) =>
      ROTATIONS.flatMap((rotation) =>
        RECOVERIES.flatMap((recovery) => {
          const count = counts.get(keyOf(name, rotation, recovery));
          if (count === undefined) return [];
          const { runs, completed, dead, lockouts, healed } = count;
          return [[name, rotation, recovery, runs, completed, dead, lockouts, healed]];
        }),
      ),
    ),
  };
  return { tables: [table], missed, durationMs: performance.now() - began };
}

interface Counts {
  runs: number;
  completed: number;
  dead: number;
  lockouts: number;
  healed: number;
}

function keyOf(strategy: StrategyName, rotation: string, recovery: Recovery): string {
  return [strategy, rotation, recovery].join('|');
}
