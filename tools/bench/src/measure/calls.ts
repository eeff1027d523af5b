import type { Implementation } from '../child.js';
import { countsOf, levelsOf } from '../round-trips.js';
import type { MeasuredRotation, Strategy, World } from '../world.js';
import { watchSignIns } from './connections.js';
import { freshChildren, withWarmChild } from './run-with.js';

/** Calls, levels and connections of one kind of rotation. */
export interface CallFigures {
  readonly kind: string;
  readonly calls: number;
  readonly levels: number;
  readonly connections: number;
  readonly refused: number;
  readonly byStep: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Long enough for requests that belong together to overlap on a busy machine, in milliseconds. */
const API_MS = 40;

/** A strategy as one row of the report calls it. */
export interface CallSubject {
  readonly name: string;
  readonly strategy: Strategy;
  readonly implementation: Implementation;
}

/** Of each subject the first and a later rotation, in one process and in a fresh one for each step. */
export async function measureCalls(
  world: World,
  subjects: readonly CallSubject[],
): Promise<CallFigures[]> {
  const figures: CallFigures[] = [];
  world.setPace({ apiMs: API_MS });
  for (const { name, strategy, implementation } of subjects) {
    const measure = async (processes: string, rotate: () => Promise<MeasuredRotation>) => {
      for (const turn of ['first', 'later']) {
        const signIns = await watchSignIns(world.database);
        const rotation = await rotate();
        if (!rotation.ok) throw new Error(`a rotation failed: ${rotation.error}`);
        const byStep = countsOf(rotation.requests);
        figures.push({
          kind: `${name}, ${turn}, ${processes}`,
          calls: rotation.requests.length,
          levels: Object.keys(byStep).reduce(
            (sum, step) => sum + levelsOf(rotation.requests.filter((seen) => seen.step === step)),
            0,
          ),
          ...(await signIns()),
          byStep,
        });
      }
    };
    const warm = await world.addSecret(strategy);
    await withWarmChild(implementation, (invoke) =>
      measure('one process', () => world.rotate(warm, invoke)),
    );
    const cold = await world.addSecret(strategy);
    await measure('fresh processes', () => world.rotate(cold, freshChildren(implementation)));
  }
  world.setPace({});
  return figures;
}
