// `npm run bench`: what a rotation costs. `-- --counts` shows API calls and no times; see options.ts for the rest.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { arch, cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Implementation } from './child.js';
import type { Figures, Run } from './figures.js';
import { measureBytes } from './measure/bytes.js';
import { measureCalls } from './measure/calls.js';
import { measureColdStart } from './measure/cold-start.js';
import { measureFleet } from './measure/fleet.js';
import { measureGap } from './measure/sign-in-gap.js';
import { recordTimeline } from './measure/timeline.js';
import { measureWarm } from './measure/warm.js';
import { parseOptions } from './options.js';
import { drawColdStart, drawTimelines } from './pictures.js';
import { countsToMarkdown, toMarkdown } from './report.js';
import { startWorld, type Strategy, type World } from './world.js';

const root = process.cwd();
const options = parseOptions(process.argv.slice(2));
const progress = (line: string): void => void process.stderr.write(`${line}\n`);

const BUNDLES = { single: 'redshift-single-user', alternating: 'redshift-alternating-users' };

/** An implementation on each of several Node versions; one that is a command has only its own. */
interface Contender {
  readonly name: string;
  on(strategy: Strategy, node?: string): Implementation;
  readonly isKeyturn: boolean;
}

function keyturn(world: World): Contender {
  const runner = join(root, 'packages/bench/runner/run-bundle.cjs');
  return {
    name: 'keyturn',
    isKeyturn: true,
    on: (strategy, node = process.execPath) => ({
      name: 'keyturn',
      command: [node, runner, join(root, 'packages/lambda-entry/dist/lambda', BUNDLES[strategy])],
      env: world.env,
    }),
  };
}

function other(world: World, lines: Readonly<Record<Strategy, string>>): Contender {
  return {
    name: 'the other',
    isKeyturn: false,
    on: (strategy) => ({
      name: 'the other',
      command: ['/bin/sh', '-c', `exec ${lines[strategy]}`],
      env: world.env,
    }),
  };
}

async function measure(
  world: World,
  contender: Contender,
  nodes: readonly string[],
): Promise<Figures | Pick<Figures, 'name' | 'calls'>> {
  const samples = options.quick ? 3 : 15;
  progress(`${contender.name}: calls, levels and connections`);
  const calls = await measureCalls(world, (strategy) => contender.on(strategy));
  if (options.counts) return { name: contender.name, calls };
  progress(`${contender.name}: warm rotations`);
  const warm = await measureWarm(world, (strategy) => contender.on(strategy), samples);
  progress(`${contender.name}: sign-in gap`);
  const single = contender.on('single');
  const gap = await measureGap(world, single, samples);
  const gapEarly = contender.isKeyturn ? await measureGap(world, early(single), samples) : [];
  progress(`${contender.name}: cold start`);
  const coldStart = [];
  for (const node of contender.isKeyturn ? nodes : nodes.slice(0, 1)) {
    coldStart.push(await measureColdStart(world, contender.on('single', node), node, 2 * samples));
  }
  progress(`${contender.name}: fleet`);
  const fleet = await measureFleet(world, contender.on('alternating'), {
    secrets: options.quick ? 16 : 50,
    atOnce: 8,
  });
  return { name: contender.name, calls, warm, gap, gapEarly, coldStart, fleet };
}

function early(implementation: Implementation): Implementation {
  return { ...implementation, env: { ...implementation.env, KEYTURN_EARLY_PROMOTION: 'true' } };
}

async function draw(world: World, figures: Figures): Promise<void> {
  progress('Drawing');
  const { on } = keyturn(world);
  const folder = join(root, 'docs/pictures');
  mkdirSync(folder, { recursive: true });
  const timelines = [
    await recordTimeline(world, 'single', 'single user', on('single')),
    await recordTimeline(world, 'single', 'early promotion', early(on('single'))),
    await recordTimeline(world, 'alternating', 'alternating users', on('alternating')),
  ];
  writeFileSync(join(folder, 'sign-in-timeline.svg'), drawTimelines(timelines));
  writeFileSync(join(folder, 'cold-start.svg'), drawColdStart(figures.coldStart));
}

function machine(): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${cpu?.model.trim() ?? 'unknown'} (${process.platform} ${arch()}), ${memory} GiB, Node ${process.version}`;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-bench-'));
  progress('Building the two Lambda functions');
  const bytes = measureBytes(root);
  const world = await startWorld(progress);
  try {
    const nodes = [process.execPath, ...(options.node24 ? [installNode24(folder)] : [])];
    const { against, againstAlternating } = options;
    const contenders = [
      keyturn(world),
      ...(against !== undefined && againstAlternating !== undefined
        ? [other(world, { single: against, alternating: againstAlternating })]
        : []),
    ];
    const implementations: Figures[] = [];
    for (const contender of contenders) {
      const figures = await measure(world, contender, nodes);
      process.stdout.write(`${countsToMarkdown(figures)}\n\n`);
      if ('fleet' in figures) implementations.push(figures);
    }
    const [first] = implementations;
    if (first === undefined) return;
    const run: Run = { at: new Date().toISOString(), machine: machine(), bytes, implementations };
    const markdown = toMarkdown(run);
    mkdirSync(join(root, 'reports'), { recursive: true });
    writeFileSync(join(root, 'reports/bench.json'), `${JSON.stringify(run, undefined, 2)}\n`);
    writeFileSync(join(root, 'reports/bench.md'), `${markdown}\n`);
    process.stdout.write(`${markdown}\n`);
    if (options.pictures) await draw(world, first);
  } finally {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function installNode24(folder: string): string {
  progress('Installing Node 24 into a temporary folder');
  const { status } = spawnSync(
    'npm',
    ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, 'node@24'],
    { stdio: ['ignore', 2, 2] },
  );
  if (status !== 0) throw new Error('npm could not install Node 24');
  return join(folder, 'node_modules/.bin/node');
}

main().catch((error: unknown) => {
  console.error(`The benchmark failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
