import type { Child, Implementation } from '../child.js';
import { freshChildren } from '../measure/run-with.js';
import type { Invoke, World } from '../world.js';
import { makePermissionDatabases, PRIVILEGES, type ClusterSize } from './permission-databases.js';
import { countStatements, type StatementCounts } from './statement-log.js';

/** One setSecret in a process of its own. */
export interface SizeFigure {
  readonly databases: number;
  readonly tables: number;
  /** Rights that the idle user lacked. */
  readonly differences: number;
  readonly kind: 'first' | 'later';
  readonly statements: StatementCounts;
  /** Milliseconds from the event to the answer, in a process that has started. */
  readonly ms: number;
  /** Processor time and the most memory of the process, its start included; undefined where there is no /proc. */
  readonly usage: ReturnType<Child['usage']>;
}

/** The first rotation, and later ones with so many differences each. */
export async function measureSize(
  world: World,
  implementation: Implementation,
  size: ClusterSize,
  differences: readonly number[],
): Promise<SizeFigure[]> {
  const cluster = await makePermissionDatabases(world.postgres, size);
  try {
    const { user, password, home } = cluster;
    const secret = world.addSecretFor('alternating', { user, password, database: home });
    const rotate = async (kind: SizeFigure['kind'], count: number): Promise<SizeFigure> => {
      const measured = await measureSetSecret(world, implementation, (invoke) =>
        world.rotate(secret, invoke),
      );
      return { ...size, kind, differences: count, ...measured };
    };
    const { databases, tables } = size;
    const figures = [await rotate('first', databases * tables * PRIVILEGES.length)];
    let [idle, current] = [user, `${user}_clone`];
    for (const count of differences) {
      await cluster.makeDifferences(idle, count);
      figures.push(await rotate('later', count));
      [idle, current] = [current, idle];
    }
    return figures;
  } finally {
    await cluster.drop();
  }
}

/** What setSecret of one rotation costs. @throws Error where the rotation fails */
async function measureSetSecret(
  world: World,
  implementation: Implementation,
  rotate: (invoke: Invoke) => ReturnType<World['rotate']>,
): Promise<Pick<SizeFigure, 'statements' | 'ms' | 'usage'>> {
  let ms = 0;
  let usage: SizeFigure['usage'];
  let statements: StatementCounts | undefined;
  const run = freshChildren(implementation, (step, total, { handlerMs = total }, child) => {
    if (step !== 'setSecret') return;
    ms = handlerMs;
    usage = child.usage();
  });
  const { ok, error } = await rotate(async (event) => {
    if (event.Step !== 'setSecret') return run(event);
    statements = await countStatements(world.postgres, 'keyturn', async () => {
      await run(event);
    });
  });
  if (!ok || statements === undefined) throw new Error(`a rotation failed: ${error}`);
  return { statements, ms, usage };
}
