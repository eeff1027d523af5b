import { setTimeout as sleep } from 'node:timers/promises';
import type { Implementation } from '../child.js';
import type { Strategy, World } from '../world.js';
import { withWarmChild } from './run-with.js';

/** A rotation as a client sees it that asks for AWSCURRENT and signs in, again and again. Milliseconds. */
export interface Timeline {
  readonly title: string;
  readonly steps: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  readonly signIns: readonly { readonly at: number; readonly ok: boolean }[];
  readonly labelMovedAt: number;
  readonly endsAt: number;
}

const PACE = { apiMs: 10, betweenStepsMs: 60 };
const LEAD_MS = 40;
const PAUSE_MS = 2;

export async function recordTimeline(
  world: World,
  strategy: Strategy,
  title: string,
  implementation: Implementation,
): Promise<Timeline> {
  const secret = await world.addSecret(strategy);
  return withWarmChild(implementation, async (invoke) => {
    for (let warmUp = 0; warmUp < 3; warmUp++) await world.rotate(secret, invoke);
    const signIns: { at: number; ok: boolean }[] = [];
    const steps: { name: string; from: number; to: number }[] = [];
    const zero = performance.now();
    let over = false;
    const client = (async () => {
      while (!over) {
        const at = performance.now() - zero;
        signIns.push({ at, ok: await signsIn(world, secret.name) });
        await sleep(PAUSE_MS);
      }
    })();
    await sleep(LEAD_MS);
    world.setPace(PACE);
    const { requests } = await world.rotate(secret, async (event) => {
      const from = performance.now() - zero;
      await invoke(event);
      steps.push({ name: event.Step, from, to: performance.now() - zero });
    });
    world.setPace({});
    await sleep(LEAD_MS);
    over = true;
    await client;
    const move = requests.find(({ operation }) => operation === 'UpdateSecretVersionStage');
    return {
      title,
      steps,
      signIns,
      labelMovedAt: (move?.endedAt ?? zero) - zero,
      endsAt: performance.now() - zero,
    };
  });
}

async function signsIn(world: World, name: string): Promise<boolean> {
  const { SecretString } = world.manager.call('GetSecretValue', { SecretId: name }) as {
    SecretString: string;
  };
  const { username, password } = JSON.parse(SecretString) as { username: string; password: string };
  try {
    const session = await world.database.connect({ username, password });
    await session.end();
    return true;
  } catch {
    return false;
  }
}
