import type { Implementation } from '../child.js';
import { measureFleet } from '../measure/fleet.js';
import type { World } from '../world.js';
import { countStatements } from './statement-log.js';

/** First rotations of as many pairs at once, which all grant on the same schema and table. */
export interface AtOnceFigure {
  readonly secrets: number;
  readonly atOnce: number;
  /** Milliseconds that every GRANT was made to keep its locks. */
  readonly grantMs: number;
  readonly failed: number;
  /** Statements that met a conflict in the catalogs and were tried again. */
  readonly conflicts: number;
  readonly seconds: number;
}

/** Every step is delivered once. */
export async function measureAtOnce(
  world: World,
  implementation: Implementation,
  size: Pick<AtOnceFigure, 'secrets' | 'atOnce' | 'grantMs'>,
): Promise<AtOnceFigure> {
  const { secrets, atOnce, grantMs } = size;
  if (grantMs > 0) {
    await world.database.query(
      `create function public.slow() returns event_trigger language plpgsql
         as 'begin perform pg_sleep(${grantMs / 1000}); end';
       create event trigger slow on ddl_command_end when tag in ('GRANT')
         execute function public.slow()`,
    );
  }
  try {
    let figure: Omit<AtOnceFigure, 'conflicts' | 'grantMs'> | undefined;
    const { failed: conflicts } = await countStatements(world.postgres, 'keyturn', async () => {
      const { failed, perSecond } = await measureFleet(world, implementation, { secrets, atOnce });
      figure = { secrets, atOnce, failed, seconds: secrets / perSecond };
    });
    if (figure === undefined) throw new Error('nothing was measured');
    return { ...figure, grantMs, conflicts };
  } finally {
    await world.database.query('drop event trigger if exists slow; drop function if exists slow()');
  }
}
