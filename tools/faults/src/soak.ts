import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startPostgres } from '@keyturn/testkit/postgres';
import { replaceFile } from '../../../scripts/files/replace-file.cjs';
import { withTables } from './report/docs.js';
import { toText, type Table } from './report/table.js';
import { missedBySoak, tableOfSoak } from './report/soak-table.js';
import { runSoak } from './soak/run-soak.js';

const DOCUMENT = join('docs', 'proofs.md');
const ROTATIONS = 10_000;

/** `npm run soak [-- <rotations>]`: prints the figures, writes them as JSON and into the docs, and fails on a leak. */
async function main(): Promise<void> {
  const rotations = Number(process.argv[2] ?? ROTATIONS);
  const server = await startPostgres();
  const handlesBefore = process.getActiveResourcesInfo().length;
  const report = await runSoak({
    rotations,
    server,
    onProgress: ({ rotations, heapMb, rssMb }) =>
      process.stderr.write(
        `${rotations} rotations, heap ${heapMb.toFixed(1)} MB, resident ${rssMb.toFixed(0)} MB\n`,
      ),
  });
  const handles = process.getActiveResourcesInfo().length - handlesBefore;
  await server.stop();
  const table = tableOfSoak(report, handles);
  const missed = missedBySoak(report, handles);
  process.stdout.write(`${toText(table)}\n\n`);
  for (const what of missed) process.stdout.write(`MISSED ${what}\n`);
  await mkdir('reports', { recursive: true });
  replaceFile(
    join('reports', 'soak.json'),
    JSON.stringify({ ok: missed.length === 0, missed, handles, ...report }, undefined, 2),
  );
  if (rotations === ROTATIONS) await updateDocs(table);
  if (missed.length > 0) process.exitCode = 1;
}

async function updateDocs(table: Table): Promise<void> {
  replaceFile(DOCUMENT, withTables(await readFile(DOCUMENT, 'utf8'), [table]));
}

await main();
