import type { Implementation } from '../child.js';
import { spreadOf, type Spread } from '../statistics.js';
import type { BenchSecret, Invoke, Strategy, World } from '../world.js';
import { withWarmChildren } from './run-with.js';

/** How long the four steps of a rotation take in a warm process, in milliseconds. */
export interface WarmFigure {
  readonly kind: string;
  readonly apiMs: number;
  readonly ms: Spread;
}

const LATENCIES_MS = [0, 10];
/** Rotations before anything is measured. */
const WARM_UP = 3;

/** One side: its process, its secret, and what was measured of it. */
interface Side {
  readonly invoke: Invoke;
  readonly secret: BenchSecret;
  readonly figures: WarmFigure[];
}

/**
 * The first rotation of several secrets, and later ones of another; the implementations take turns, so that all see
 * the same machine.
 * @returns the figures of each implementation, in their order
 */
export async function measureWarm(
  world: World,
  implementations: readonly ((strategy: Strategy) => Implementation)[],
  samples: number,
): Promise<WarmFigure[][]> {
  const figures: WarmFigure[][] = implementations.map(() => []);
  for (const strategy of ['single', 'alternating'] as const) {
    await withWarmChildren(
      implementations.map((on) => on(strategy)),
      async (invokers) => {
        const sides: Side[] = [];
        for (const [index, invoke] of invokers.entries()) {
          const secret = await world.addSecret(strategy);
          for (let n = 0; n < WARM_UP; n++) await timeOf(world, secret, invoke);
          sides.push({ invoke, secret, figures: figures[index] ?? [] });
        }
        for (const apiMs of LATENCIES_MS) {
          world.setPace({ apiMs });
          if (strategy === 'alternating') {
            await takeTurns('alternating, cloning', apiMs, sides, samples, async ({ invoke }) =>
              timeOf(world, await world.addSecret(strategy), invoke),
            );
          }
          const kind = strategy === 'single' ? 'single' : 'alternating, later';
          await takeTurns(kind, apiMs, sides, samples, ({ invoke, secret }) =>
            timeOf(world, secret, invoke),
          );
        }
        world.setPace({});
      },
    );
  }
  return figures;
}

async function takeTurns(
  kind: string,
  apiMs: number,
  sides: readonly Side[],
  samples: number,
  measure: (side: Side) => Promise<number>,
): Promise<void> {
  const measured = sides.map((side) => ({ side, ms: [] as number[] }));
  for (let n = 0; n < samples; n++) {
    for (const { side, ms } of measured) ms.push(await measure(side));
  }
  for (const { side, ms } of measured) side.figures.push({ kind, apiMs, ms: spreadOf(ms) });
}

async function timeOf(world: World, secret: BenchSecret, invoke: Invoke): Promise<number> {
  const { ok, error, totalMs } = await world.rotate(secret, invoke);
  if (!ok) throw new Error(`a rotation failed: ${error}`);
  return totalMs;
}
