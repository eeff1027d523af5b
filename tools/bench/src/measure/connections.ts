import { setTimeout as sleep } from 'node:timers/promises';
import type { TestDatabase } from '@keyturn/testkit/postgres';

/** The log is written by a process of its own. */
const FLUSH_MS = 200;

/** Begins to count sign-ins over the network; the result stops and tells. */
export async function watchSignIns(
  database: TestDatabase,
): Promise<() => Promise<{ connections: number; refused: number }>> {
  // One connection for all the looking, so that none of it is counted.
  const admin = await database.connect();
  await admin.query('alter system set log_connections = on');
  await admin.query('select pg_reload_conf()');
  await sleep(FLUSH_MS);
  const { rows: sizes } = await admin.query<{ size: string }>(
    'select size from pg_stat_file(pg_current_logfile())',
  );
  return async () => {
    await sleep(FLUSH_MS);
    const { rows } = await admin.query<{ log: Buffer }>(
      'select pg_read_binary_file(pg_current_logfile(), $1, 100000000) as log',
      [Number(sizes[0]?.size ?? 0)],
    );
    await admin.end();
    const lines = (rows[0]?.log ?? Buffer.of()).toString('utf8').split('\n');
    const count = (text: string) => lines.filter((line) => line.includes(text)).length;
    const refused = count('FATAL:  password authentication failed');
    return { connections: count('LOG:  connection authorized: user=') + refused, refused };
  };
}
