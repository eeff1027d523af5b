// `npm run bench`: what a rotation costs. `-- --counts` shows API calls and no times; see options.ts for the rest.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { arch, cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { replaceFile } from '../../../scripts/files/replace-file.cjs';
import { keyturn, other, type Contender } from './contenders.js';
import { writeDocs } from './docs.js';
import type { Figures, Run } from './figures.js';
import { runFleetSize } from './fleet-size/run-fleet-size.js';
import { measureCallsOf, measureRun } from './measure-run.js';
import { measureBytes } from './measure/bytes.js';
import { recordTimeline } from './measure/timeline.js';
import { parseOptions } from './options.js';
import { benchPermissions } from './permissions/run.js';
import { drawColdStart, drawTimelines } from './pictures.js';
import { countsToMarkdown, toMarkdown } from './report.js';
import { startWorld, type World } from './world.js';

const root = process.cwd();
const options = parseOptions(process.argv.slice(2));
const progress = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  if (options.permissions) return measurePermissions();
  if (options.fleet) return runFleetSize({ ...options, root, machine: machine(), progress });
  if (options.from === undefined) return measure();
  write(JSON.parse(readFileSync(options.from, 'utf8')) as Run);
}

async function measure(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-bench-'));
  const where = machine();
  progress('Building the two Lambda functions');
  const bytes = measureBytes(root);
  const world = await startWorld(progress);
  try {
    const ours = keyturn(world, root);
    const contenders = [
      ours,
      ...(options.against === undefined ? [] : [other(world, options.against)]),
    ];
    if (options.counts) {
      for (const contender of contenders) await printCounts(world, contender);
      return;
    }
    const nodes = [process.execPath, ...(options.node24 ? [installNode24(folder)] : [])];
    const { quick } = options;
    const [first, second] = await measureRun(world, contenders, { quick, nodes, progress });
    if (first === undefined) return;
    const run: Run = {
      at: new Date().toISOString(),
      machine: where,
      bytes,
      keyturn: first,
      ...(second !== undefined && { other: second }),
    };
    write(run);
    if (options.pictures) await draw(world, ours, first);
  } finally {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function measurePermissions(): Promise<void> {
  const where = machine();
  progress('Building the two Lambda functions');
  measureBytes(root);
  const { quick, docs } = options;
  return benchPermissions({ root, machine: where, quick, docs, progress });
}

async function printCounts(world: World, contender: Contender): Promise<void> {
  const calls = await measureCallsOf(world, contender);
  process.stdout.write(`### ${contender.name}\n\n${countsToMarkdown(calls)}\n\n`);
}

function write(run: Run): void {
  const markdown = toMarkdown(run);
  mkdirSync(join(root, 'reports'), { recursive: true });
  replaceFile(join(root, 'reports/bench.json'), `${JSON.stringify(run, undefined, 2)}\n`);
  replaceFile(join(root, 'reports/bench.md'), `${markdown}\n`);
  process.stdout.write(`${markdown}\n`);
  if (options.docs) writeDocs(root, run);
}

async function draw(world: World, { on }: Contender, figures: Figures): Promise<void> {
  progress('Drawing');
  const folder = join(root, 'docs/pictures');
  mkdirSync(folder, { recursive: true });
  const timelines = [
    await recordTimeline(world, 'single', 'single user', on('single')),
    await recordTimeline(world, 'alternating', 'alternating users', on('alternating')),
  ];
  replaceFile(join(folder, 'sign-in-timeline.svg'), drawTimelines(timelines));
  replaceFile(join(folder, 'cold-start.svg'), drawColdStart(figures.coldStart));
}

/** Asked before anything is measured: the load is that of others then. */
function machine(): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const [load = 0] = loadavg();
  return (
    `${cpus().length} × ${cpu?.model.trim() ?? 'unknown'} (${process.platform} ${arch()}), ${memory} GiB, ` +
    `Node ${process.version}, load average ${load.toFixed(1)} at the start`
  );
}

function installNode24(folder: string): string {
  progress('Installing Node 24 into a temporary folder');
  const installed = join(folder, 'node');
  const script = join(root, 'scripts/ci/fetch-node.mjs');
  const { status } = spawnSync(process.execPath, [script, '24', installed], {
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error('Node 24 could not be installed; the lines above say why');
  return join(installed, 'bin/node');
}

main().catch((error: unknown) => {
  console.error(`The benchmark failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
