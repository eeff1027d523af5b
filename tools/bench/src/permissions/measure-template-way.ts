import { join } from 'node:path';
import { startChild, type Child } from '../child.js';
import type { World } from '../world.js';

import { makePermissionDatabases, PRIVILEGES, type ClusterSize } from './permission-databases.js';
import { countStatements, type StatementCounts } from './statement-log.js';

/** The template's way of cloning a user, in a process of its own. It knows no database but the secret's. */
export interface TemplateWayFigure {
  readonly tables: number;
  readonly statements: StatementCounts;
  readonly ms: number;
  readonly usage: ReturnType<Child['usage']>;
  /** Rights that the clone was given directly. */
  readonly granted: number;
}

export async function measureTemplateWay(
  world: World,
  root: string,
  { tables }: Pick<ClusterSize, 'tables'>,
): Promise<TemplateWayFigure> {
  const cluster = await makePermissionDatabases(world.postgres, { databases: 1, tables });
  const { host, port, superuser, ca } = world.database;
  const child = startChild({
    command: [process.execPath, join(root, 'tools/bench/runner/template-way.cjs')],
    env: {},
  });
  try {
    let ms = 0;
    const statements = await countStatements(world.postgres, 'template', async () => {
      const answer = await child.ask({
        connection: { host, port, ...superuser, database: cluster.home, ca },
        user: cluster.user,
        clone: `${cluster.user}_clone`,
        privileges: PRIVILEGES,
      });
      ms = answer.handlerMs ?? 0;
    });
    const usage = child.usage();
    const client = await world.postgres.connect({ database: cluster.home });
    const { rows } = await client.query<{ granted: string }>(
      `select count(*) as granted from pg_class, aclexplode(relacl) acl
       where acl.grantee = '${cluster.user}_clone'::regrole`,
    );
    await client.end();
    return { tables, statements, ms, usage, granted: Number(rows[0]?.granted) };
  } finally {
    child.close();
    await cluster.drop();
  }
}
