import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';

const FLUSH_TIMEOUT_MS = 10_000;
const POLL_MS = 5;

/** Where the log ends, in bytes, once all that was said before is in it. */
export async function logPosition(client: Client): Promise<number> {
  const file = await logFile(client);
  const start = await sizeOf(client, file);
  // The log is written by a process of its own, in order: once this statement is in it, so is all before.
  const marker = `end of log ${randomUUID()}`;
  await client.query(`select '${marker}'`);
  for (const deadline = Date.now() + FLUSH_TIMEOUT_MS; Date.now() < deadline;) {
    const end = await sizeOf(client, file);
    if ((await read(client, file, start, end)).includes(marker)) return end;
    await sleep(POLL_MS);
  }
  throw new Error('the server logs no statements (log_statement = all is needed)');
}

/** Everything logged from the byte `since` until now. */
export async function readLog(client: Client, since: number): Promise<string> {
  const end = await logPosition(client);
  return read(client, await logFile(client), since, end);
}

async function read(client: Client, file: string, start: number, end: number): Promise<string> {
  const { rows } = await client.query<{ bytes: Buffer }>(
    'select pg_read_binary_file($1, $2, $3) as bytes',
    [file, start, end - start],
  );
  return rows[0]?.bytes.toString('utf8') ?? '';
}

async function sizeOf(client: Client, file: string): Promise<number> {
  const { rows } = await client.query<{ size: string }>('select size from pg_stat_file($1)', [
    file,
  ]);
  return Number(rows[0]?.size);
}

async function logFile(client: Client): Promise<string> {
  const { rows } = await client.query<{ file: string | null }>(
    'select pg_current_logfile() as file',
  );
  if (!rows[0]?.file) {
    throw new Error('the log of this server cannot be read over SQL (logging_collector is off)');
  }
  return rows[0].file;
}
