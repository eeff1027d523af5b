import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { spreadOf, type Spread } from '../statistics.js';
import { runCommand } from './run-command.js';

/** `keyturn fleet rotate` over so many secrets. */
export interface FleetSizeFigure {
  readonly secrets: number;
  /** While it rotated, as its report says. */
  readonly perSecond: Spread;
  /** Of the command, from its start to its end: with listing the secrets and reading their servers. */
  readonly seconds: Spread;
  /** Of the command's process alone. */
  readonly peakKb: Spread;
  /** Of the command's process alone, in milliseconds per secret. */
  readonly cpuMsPerSecret: Spread;
}

/** One run. */
export interface FleetSizeRun {
  readonly at: string;
  readonly machine: string;
  readonly concurrency: number;
  readonly barePeakKb: number;
  readonly sizes: readonly FleetSizeFigure[];
}

/** What is measured, and how often each. */
export interface FleetSizeOptions {
  readonly root: string;
  readonly machine: string;
  readonly sizes: readonly number[];
  readonly samples: number;
  readonly progress: (line: string) => void;
}

/** More than the default of 8: the local service answers in less than a millisecond. */
const CONCURRENCY = 50;
/** Far above what comes about, so that the pace is the command's own. */
const PER_SECOND = 9_999;

/** Rotates fleets of growing size with the command itself, by a function that needs no database. */
export async function measureFleetSizes(options: FleetSizeOptions): Promise<FleetSizeRun> {
  const { root, machine, sizes, samples, progress } = options;
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-fleet-size-'));
  try {
    const command = join(folder, 'keyturn.cjs');
    await bundleCommand(root, command);
    const { peakKb: barePeakKb } = await runCommand(root, ['-e', '0']);
    const figures: FleetSizeFigure[] = [];
    for (const size of sizes) {
      const runs = [];
      for (let n = 1; n <= samples; n++) {
        progress(`${size} secrets, run ${n} of ${samples}`);
        runs.push(await rotateOnce(root, command, folder, size));
      }
      figures.push({
        secrets: size,
        perSecond: spreadOf(runs.map(({ rotatingMs }) => (size / rotatingMs) * 1_000)),
        seconds: spreadOf(runs.map(({ ms }) => ms / 1_000)),
        peakKb: spreadOf(runs.map(({ peakKb }) => peakKb)),
        cpuMsPerSecret: spreadOf(runs.map(({ cpuMs }) => cpuMs / size)),
      });
    }
    const at = new Date().toISOString();
    return { at, machine, concurrency: CONCURRENCY, barePeakKb, sizes: figures };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In one file, as it would be installed with its libraries, and without what runs TypeScript. */
async function bundleCommand(root: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [join(root, 'packages/cli/src/main.ts')],
    bundle: true,
    platform: 'node',
    conditions: ['@keyturn/source'],
    external: ['pg-native'],
    outfile,
    logLevel: 'error',
  });
}

async function rotateOnce(root: string, command: string, folder: string, size: number) {
  const journal = join(folder, 'fleet.jsonl');
  rmSync(journal, { force: true });
  const server = await startServer(root, size);
  try {
    const run = await runCommand(
      root,
      [
        ...[command, 'fleet', 'rotate', '--filter', 'name=fleet/', '--yes', '--json'],
        ...['--endpoint', server.endpoint, '--region', server.region, '--journal', journal],
        ...['--concurrency', `${CONCURRENCY}`, '--per-second', `${PER_SECOND}`],
      ],
      {
        AWS_ACCESS_KEY_ID: 'bench',
        AWS_SECRET_ACCESS_KEY: 'bench',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      },
    );
    const { seconds, counts } = JSON.parse(run.out) as {
      readonly seconds: number;
      readonly counts: { readonly rotated: number };
    };
    if (counts.rotated !== size) throw new Error(`only ${counts.rotated} of ${size} were rotated`);
    return { ...run, rotatingMs: seconds * 1_000 };
  } finally {
    await server.stop();
  }
}

/** The service in a process of its own, which is not measured. */
async function startServer(root: string, size: number) {
  const program = join(root, 'tools/bench/src/fleet-size/server.ts');
  const child: ChildProcess = spawn(process.execPath, [...process.execArgv, program, `${size}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (child.stdout === null) throw new TypeError('the service has no standard output');
  const ended = once(child, 'exit');
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended.then(() => {
      throw new Error('the local Secrets Manager did not start');
    }),
  ])) as [string];
  const where = JSON.parse(line) as { readonly endpoint: string; readonly region: string };
  return {
    ...where,
    async stop() {
      child.stdin?.end();
      await ended;
    },
  };
}
