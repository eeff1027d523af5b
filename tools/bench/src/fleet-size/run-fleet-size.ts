import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../../../../scripts/files/replace-file.cjs';
import { writeSections } from '../docs.js';
import { drawFleetSizes } from './draw-fleet-size.js';
import { fleetSizeToMarkdown } from './fleet-size-report.js';
import { measureFleetSizes } from './measure-fleet-size.js';

/** What `npm run bench -- --fleet` was asked for. */
export interface FleetSizeRunOptions {
  readonly root: string;
  readonly machine: string;
  readonly quick: boolean;
  readonly docs: boolean;
  readonly pictures: boolean;
  readonly progress: (line: string) => void;
}

/** Measures, writes `reports/fleet-size.json` and `.md`, and what was asked for in the docs. */
export async function runFleetSize(options: FleetSizeRunOptions): Promise<void> {
  const { root, quick, docs, pictures } = options;
  const sizes = quick ? [100, 1_000] : [100, 1_000, 10_000];
  const run = await measureFleetSizes({ ...options, sizes, samples: quick ? 1 : 3 });
  const markdown = fleetSizeToMarkdown(run);
  mkdirSync(join(root, 'reports'), { recursive: true });
  replaceFile(join(root, 'reports/fleet-size.json'), `${JSON.stringify(run, undefined, 2)}\n`);
  replaceFile(join(root, 'reports/fleet-size.md'), `${markdown}\n`);
  process.stdout.write(`${markdown}\n`);
  if (docs) writeSections(root, 'docs/benchmarks.md', { 'fleet size': markdown });
  if (!pictures) return;
  mkdirSync(join(root, 'docs/pictures'), { recursive: true });
  replaceFile(join(root, 'docs/pictures/fleet.svg'), drawFleetSizes(run));
}
