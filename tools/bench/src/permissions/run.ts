import { mkdirSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { replaceFile } from '../../../../scripts/files/replace-file.cjs';
import type { Implementation } from '../child.js';
import { keyturn, withSetting } from '../contenders.js';
import { writeSections } from '../docs.js';
import { startWorld, type World } from '../world.js';
import { measureAtOnce } from './measure-at-once.js';
import { measureSize } from './measure-sizes.js';
import { measureTemplateWay } from './measure-template-way.js';
import { permissionsToMarkdown } from './permission-report.js';
import type { PermissionRun } from './permission-run.js';
import { nameProgramsInLog } from './statement-log.js';

/** How `npm run bench -- --permissions` is run. */
export interface PermissionBenchOptions {
  readonly root: string;
  readonly machine: string;
  /** Small sizes, to see that it works. */
  readonly quick: boolean;
  /** Whether the figures go into docs/permissions.md. */
  readonly docs: boolean;
  readonly progress: (line: string) => void;
}

/** V8's limits are set as Lambda's runtime has set them: 5 and 90 % of the function's memory. */
const MEMORY_MB = 256;
/** Lambda's longest time-out. */
const REMAINING_MS = 900_000;
const DIFFERENCES = [0, 1, 10, 100, 1_000];

/** Measures permissions by size, prints and writes the report. The bundles have to be built. */
export async function benchPermissions(options: PermissionBenchOptions): Promise<void> {
  const { root, progress } = options;
  const world = await startWorld(progress, { functionTimeoutMs: REMAINING_MS });
  try {
    await nameProgramsInLog(world.postgres);
    const run = await measure(world, options);
    const markdown = permissionsToMarkdown(run);
    mkdirSync(join(root, 'reports'), { recursive: true });
    const file = join(root, 'reports/permissions-by-size');
    replaceFile(`${file}.json`, `${JSON.stringify(run, undefined, 2)}\n`);
    replaceFile(`${file}.md`, `${markdown}\n`);
    process.stdout.write(`${markdown}\n`);
    if (options.docs) writeSections(root, 'docs/permissions.md', { permissions: markdown });
  } finally {
    await world.close();
  }
}

async function measure(
  world: World,
  { root, machine, quick, progress }: PermissionBenchOptions,
): Promise<PermissionRun> {
  const before = loadNow();
  const implementation = onLambda(keyturn(world, root).on('alternating'));
  const sizes: PermissionRun['sizes'][number][] = [];
  const templateWay: PermissionRun['templateWay'][number][] = [];
  for (const tables of quick ? [100] : [100, 1_000, 5_000]) {
    progress(`The template's way with ${tables} tables`);
    templateWay.push(await measureTemplateWay(world, root, { tables }));
    for (const databases of [1, 10]) {
      progress(`${databases} × ${tables} tables`);
      const possible = DIFFERENCES.filter((count) => count <= databases * tables);
      const size = { databases, tables };
      sizes.push(...(await measureSize(world, implementation, size, possible)));
    }
  }
  const atOnce: PermissionRun['atOnce'][number][] = [];
  const secrets = quick ? 8 : 50;
  for (const { at, grantMs } of [
    { at: 8, grantMs: 0 },
    { at: secrets, grantMs: 0 },
    { at: secrets, grantMs: 50 },
  ]) {
    progress(`${secrets} first rotations, ${at} at once`);
    atOnce.push(await measureAtOnce(world, implementation, { secrets, atOnce: at, grantMs }));
  }
  return {
    at: new Date().toISOString(),
    machine,
    load: [before, loadNow()],
    cores: cpus().length,
    memoryMb: MEMORY_MB,
    ...{ sizes, templateWay, atOnce },
  };
}

function onLambda({ command: [node = '', ...rest], env }: Implementation): Implementation {
  const limits = [
    `--max-semi-space-size=${Math.round(MEMORY_MB * 0.05)}`,
    `--max-old-space-size=${Math.round(MEMORY_MB * 0.9)}`,
  ];
  const lambda = { command: [node, ...limits, ...rest], env };
  // A function that has no processor to itself for a while is no function that fails.
  const patient = withSetting(lambda, 'KEYTURN_CONNECT_TIMEOUT_MS', '60000');
  return withSetting(patient, 'KEYTURN_BENCH_REMAINING_MS', `${REMAINING_MS}`);
}

function loadNow(): number {
  return loadavg()[0] ?? 0;
}
