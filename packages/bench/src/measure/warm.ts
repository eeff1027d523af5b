import type { Implementation } from '../child.js';
import { spreadOf, type Spread } from '../statistics.js';
import type { Strategy, World } from '../world.js';
import { withWarmChild } from './run-with.js';

/** How long the four steps of a rotation take in a warm process, in milliseconds. */
export interface WarmFigure {
  readonly kind: string;
  readonly apiMs: number;
  readonly ms: Spread;
}

const LATENCIES_MS = [0, 10];

/** The first rotation of several secrets, and later ones of another. */
export async function measureWarm(
  world: World,
  implementationOf: (strategy: Strategy) => Implementation,
  samples: number,
): Promise<WarmFigure[]> {
  const figures: WarmFigure[] = [];
  for (const strategy of ['single', 'alternating'] as const) {
    await withWarmChild(implementationOf(strategy), async (invoke) => {
      const measured = async (secret: Awaited<ReturnType<World['addSecret']>>) => {
        const { ok, error, totalMs } = await world.rotate(secret, invoke);
        if (!ok) throw new Error(`a rotation failed: ${error}`);
        return totalMs;
      };
      const old = await world.addSecret(strategy);
      for (let warmUp = 0; warmUp < 3; warmUp++) await measured(old);
      for (const apiMs of LATENCIES_MS) {
        world.setPace({ apiMs });
        const later: number[] = [];
        const first: number[] = [];
        for (let n = 0; n < samples; n++) {
          later.push(await measured(old));
          if (strategy === 'alternating')
            first.push(await measured(await world.addSecret(strategy)));
        }
        if (first.length > 0) {
          figures.push({ kind: 'alternating, cloning', apiMs, ms: spreadOf(first) });
        }
        const kind = strategy === 'single' ? 'single' : 'alternating, later';
        figures.push({ kind, apiMs, ms: spreadOf(later) });
      }
      world.setPace({});
    });
  }
  return figures;
}
