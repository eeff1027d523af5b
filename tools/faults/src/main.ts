import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../../scripts/files/replace-file.cjs';
import { parseArgs } from 'node:util';
import { exploreSingleFaults } from './proofs/single-faults.js';
import { reportDeliveries } from './report/delivery-tables.js';
import { withTables } from './report/docs.js';
import { reportCuts, reportRealFaults, type RealScope } from './report/real-tables.js';
import { reportSingleFaults } from './report/single-fault-tables.js';
import { tableOfTargets } from './report/summary-table.js';
import { toText, type ProofReport } from './report/table.js';
import { reportTwoTokens } from './report/two-token-tables.js';
import { openMemoryWorlds } from './worlds/memory-world.js';

const DOCUMENT = join('docs', 'proofs.md');
const REPORTS = 'reports';
const MOST_SHOWN = 20;

type Proof = (scope: RealScope) => Promise<ProofReport>;

/** Parts that can be tried side by side, each in a process of its own. */
const PARTS: Readonly<Record<string, readonly Proof[]>> = {
  memory: [
    () =>
      reportSingleFaults(
        'single-faults',
        'One fault at every port call, in memory',
        exploreSingleFaults(openMemoryWorlds),
      ),
    reportDeliveries,
    reportTwoTokens,
  ],
  postgres: [reportRealFaults],
  cuts: [reportCuts],
};

/**
 * `npm run faults [-- --only <part>]`: prints the tables, writes them as JSON and into the docs, and fails where a
 * target is missed. With `--only` it tries one part, and the tables of the others stay as they are. With `--in-turn`
 * every point is hit over a real Postgres once, and the ways to go on are taken in turn; the docs stay as they are.
 */
async function main(): Promise<void> {
  const { only, 'in-turn': inTurn = false } = parseArgs({
    options: { only: { type: 'string' }, 'in-turn': { type: 'boolean' } },
  }).values;
  const whole = only === undefined;
  const proofs = whole ? Object.values(PARTS).flat() : PARTS[only];
  if (proofs === undefined) {
    throw new TypeError(`--only takes one of ${Object.keys(PARTS).join(', ')}`);
  }
  const reports: ProofReport[] = [];
  for (const prove of proofs) {
    const report = await prove({ recoveriesInTurn: inTurn });
    for (const table of report.tables) process.stdout.write(`${toText(table)}\n\n`);
    reports.push(report);
  }
  const proved = reports.flatMap((report) => report.tables);
  const targets = whole ? [tableOfTargets(proved)] : [];
  for (const table of targets) process.stdout.write(`${toText(table)}\n\n`);
  const tables = [...targets, ...proved];
  const missed = reports.flatMap((report) => report.missed);
  await mkdir(REPORTS, { recursive: true });
  replaceFile(
    join(REPORTS, whole ? 'faults.json' : `faults-${only}.json`),
    JSON.stringify({ ok: missed.length === 0, missed, tables }, undefined, 2),
  );
  if (!inTurn) await settleDocs(tables);
  for (const what of missed.slice(0, MOST_SHOWN)) process.stdout.write(`MISSED ${what}\n`);
  if (missed.length > MOST_SHOWN) process.stdout.write(`and ${missed.length - MOST_SHOWN} more\n`);
  process.stdout.write(missed.length === 0 ? 'Every target is met.\n' : '');
  if (missed.length > 0) process.exitCode = 1;
}

/** Brings the docs up to date; where nobody would see that, as in CI, says that they are not. */
async function settleDocs(tables: ProofReport['tables']): Promise<void> {
  const before = await readFile(DOCUMENT, 'utf8');
  const after = withTables(before, tables);
  if (after === before) return;
  if (process.env['CI'] === undefined) {
    replaceFile(DOCUMENT, after);
    process.stdout.write(`${DOCUMENT} was brought up to date.\n`);
    return;
  }
  // How many exchanges a connection has differs a little between servers, so this is no failure by itself.
  process.stdout.write(
    `${DOCUMENT} does not show these tables: run npm run faults and commit it.\n`,
  );
}

await main();
