import { seededRandom } from '@keyturn/testkit/fakes';
import type { PostgresServer } from '@keyturn/testkit/postgres';
import { MemoryWorld } from '../worlds/memory-world.js';
import { STRATEGIES } from '../worlds/prepare.js';
import { startRealFixture } from '../worlds/real-fixture.js';
import { RealWorld } from '../worlds/real-world.js';
import { rotateWithFaults, type FleetMember, type SoakCounts } from './rotate-with-faults.js';
import { SoakProcess } from './soak-process.js';

/** How long and on what. */
export interface SoakOptions {
  /** At least so many; the last generation of secrets lives to its end. */
  readonly rotations: number;
  /** Where a third of the fleet lives; without one, all of it lives in memory. */
  readonly server?: PostgresServer;
  /** Called after every generation. */
  readonly onProgress?: (sample: SoakSample) => void;
}

/** Memory after a full collection, where the process allows one (`--expose-gc`). */
export interface SoakSample {
  readonly rotations: number;
  readonly heapMb: number;
  readonly rssMb: number;
}

/** What was found. */
export interface SoakReport extends SoakCounts {
  /** How many of the rotations were made over a real Postgres and the local Secrets Manager. */
  readonly real: number;
  /** Sessions and connections that nobody had closed when their generation ended. */
  readonly leaks: number;
  readonly samples: readonly SoakSample[];
  readonly durationMs: number;
}

/** How often a secret is rotated before it makes room for a new one: the service keeps about 100 versions. */
const LIFE = 60;
/** In memory, for each strategy and each real secret. */
const IN_MEMORY = 2;

/** Rotates a fleet that is renewed now and then, in one process, with faults all along the way. */
export async function runSoak({ rotations, server, onProgress }: SoakOptions): Promise<SoakReport> {
  const began = performance.now();
  const process = new SoakProcess();
  const counts: SoakCounts = { rotations: 0, faults: 0, startedOver: 0, stuck: 0, lockouts: 0 };
  const samples: SoakSample[] = [];
  let leaks = 0;
  let real = 0;
  for (let generation = 1; counts.rotations < rotations; generation++) {
    const fleet = await openFleet(generation, server);
    const life = Math.min(LIFE, Math.ceil((rotations - counts.rotations) / fleet.members.length));
    await Promise.all(
      fleet.members.map(async (member, index) => {
        const random = seededRandom(generation * 1_000 + index);
        for (let n = 1; n <= life; n++) {
          await rotateWithFaults(process, member, `g${generation}-${n}`, random, counts);
          real += Number(member.real);
        }
      }),
    );
    leaks += await fleet.close();
    const sample = { rotations: counts.rotations, ...measureMemory() };
    samples.push(sample);
    onProgress?.(sample);
  }
  return { ...counts, real, leaks, samples, durationMs: performance.now() - began };
}

interface Fleet {
  readonly members: readonly FleetMember[];
  /** Ends the fleet and says how many sessions and connections were left open. */
  close(): Promise<number>;
}

async function openFleet(generation: number, server: PostgresServer | undefined): Promise<Fleet> {
  const fixture = server && (await startRealFixture(server));
  const members: FleetMember[] = [];
  const inMemory: MemoryWorld[] = [];
  const real: RealWorld[] = [];
  for (const { name: strategy } of STRATEGIES) {
    for (let n = 1; n <= IN_MEMORY; n++) {
      const world = new MemoryWorld(undefined, `flock-${generation}-${strategy}-${n}`);
      inMemory.push(world);
      members.push({ world, strategy, real: false });
    }
    if (fixture === undefined) continue;
    const world = await RealWorld.open(fixture);
    real.push(world);
    members.push({ world, strategy, real: true });
  }
  return {
    members,
    async close() {
      let left = inMemory.reduce((total, { database }) => total + database.openSessions, 0);
      for (const world of real) {
        left += world.openConnections;
        await world.close();
      }
      await fixture?.close();
      return left;
    },
  };
}

function measureMemory(): Pick<SoakSample, 'heapMb' | 'rssMb'> {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { heapMb: heapUsed / 2 ** 20, rssMb: rss / 2 ** 20 };
}
