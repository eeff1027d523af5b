import { setImmediate } from 'node:timers/promises';
import type { Implementation } from '../child.js';
import { spreadOf, type Spread } from '../statistics.js';
import type { BenchSecret, Invoke, World } from '../world.js';
import { withWarmChildren } from './run-with.js';

/** From the commit of the new password to the move of AWSCURRENT, single user, in milliseconds. */
export interface GapFigure {
  readonly apiMs: number;
  readonly betweenStepsMs: number;
  readonly ms: Spread;
}

const PACES = [
  { apiMs: 0, betweenStepsMs: 0 },
  { apiMs: 10, betweenStepsMs: 0 },
  { apiMs: 0, betweenStepsMs: 200 },
];

/**
 * The implementations take turns, so that all see the same machine.
 * @returns the figures of each implementation, in their order
 */
export async function measureGap(
  world: World,
  implementations: readonly Implementation[],
  samples: number,
): Promise<GapFigure[][]> {
  return withWarmChildren(implementations, async (invokers) => {
    const sides: { invoke: Invoke; secret: BenchSecret; figures: GapFigure[] }[] = [];
    for (const invoke of invokers) {
      const secret = await world.addSecret('single');
      for (let warmUp = 0; warmUp < 3; warmUp++) await world.rotate(secret, invoke);
      sides.push({ invoke, secret, figures: [] });
    }
    for (const pace of PACES) {
      world.setPace(pace);
      const measured = sides.map((side) => ({ ...side, gaps: [] as number[] }));
      for (let n = 0; n < samples; n++) {
        for (const { secret, invoke, gaps } of measured) {
          gaps.push(await gapOf(world, secret, invoke));
        }
      }
      for (const { figures, gaps } of measured) figures.push({ ...pace, ms: spreadOf(gaps) });
    }
    world.setPace({});
    return sides.map(({ figures }) => figures);
  });
}

async function gapOf(world: World, secret: BenchSecret, invoke: Invoke): Promise<number> {
  const admin = await world.database.connect();
  try {
    const verifier = async () => {
      const sql = 'select rolpassword from pg_authid where rolname = $1';
      const { rows } = await admin.query<{ rolpassword: string }>(sql, [secret.user]);
      return rows[0]?.rolpassword;
    };
    const before = await verifier();
    let committedAt: number | undefined;
    let rotating = true;
    const watch = (async () => {
      while (rotating && committedAt === undefined) {
        if ((await verifier()) !== before) committedAt = performance.now();
        await setImmediate();
      }
    })();
    const { ok, error, requests } = await world.rotate(secret, invoke);
    rotating = false;
    await watch;
    const move = requests.find(({ operation }) => operation === 'UpdateSecretVersionStage');
    if (!ok || move === undefined || committedAt === undefined) {
      throw new Error(`the sign-in gap could not be seen: ${error ?? 'nothing changed'}`);
    }
    return move.endedAt - committedAt;
  } finally {
    await admin.end();
  }
}
