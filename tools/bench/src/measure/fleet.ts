import { startChild, type Child, type Implementation } from '../child.js';
import type { BenchSecret, Invoke, World } from '../world.js';

/** Many first rotations of alternating users at once. */
export interface FleetFigure {
  readonly secrets: number;
  readonly atOnce: number;
  readonly failed: number;
  readonly perSecond: number;
  /** Processor time of the clients, in milliseconds; undefined where there is no /proc. */
  readonly cpuMsPerRotation: number | undefined;
}

export async function measureFleet(
  world: World,
  implementation: Implementation,
  { secrets, atOnce }: { readonly secrets: number; readonly atOnce: number },
): Promise<FleetFigure> {
  const fleet: BenchSecret[] = [];
  for (let n = 0; n < secrets + atOnce; n++) fleet.push(await world.addSecret('alternating'));
  const children = Array.from({ length: atOnce }, () => startChild(implementation));
  const failures: string[] = [];
  const work = async (child: Child, next: () => BenchSecret | undefined) => {
    const invoke: Invoke = (event) => child.ask(event);
    for (let secret = next(); secret !== undefined; secret = next()) {
      const { ok, error } = await world.rotate(secret, invoke);
      if (!ok) failures.push(error ?? 'unknown');
    }
  };
  try {
    // One each to warm up, one after another.
    for (const child of children) {
      const mine = fleet.splice(0, 1);
      await work(child, () => mine.shift());
    }
    failures.length = 0;
    const cpuBefore = totalCpu(children);
    const began = performance.now();
    await Promise.all(children.map((child) => work(child, () => fleet.shift())));
    const seconds = (performance.now() - began) / 1000;
    const cpu = totalCpu(children);
    return {
      secrets,
      atOnce,
      failed: failures.length,
      perSecond: secrets / seconds,
      cpuMsPerRotation:
        cpu === undefined || cpuBefore === undefined ? undefined : (cpu - cpuBefore) / secrets,
    };
  } finally {
    for (const child of children) child.close();
  }
}

function totalCpu(children: readonly Child[]): number | undefined {
  let total = 0;
  for (const child of children) {
    const usage = child.usage();
    if (usage === undefined) return undefined;
    total += usage.cpuMs;
  }
  return total;
}
