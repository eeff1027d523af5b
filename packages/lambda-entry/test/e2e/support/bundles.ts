import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = join(__dirname, '..', '..', '..', '..', '..');
const built = join(root, 'packages', 'lambda-entry', 'dist', 'lambda');
const lock = join(built, '.building');
/** A build takes seconds; a lock older than this was left by a process that is gone. */
const LOCK_LIFETIME_MS = 60_000;

/** The two ready functions by the name of their strategy. */
export const BUNDLES = {
  'single user': join(built, 'redshift-single-user'),
  'alternating users': join(built, 'redshift-alternating-users'),
} as const;

/** A key of {@link BUNDLES}. */
export type StrategyName = keyof typeof BUNDLES;

/** Builds the functions unless they are newer than every source; one test process builds, the others wait. */
export async function buildBundles(): Promise<void> {
  while (isStale()) {
    if (!takeLock()) {
      await sleep(50);
      continue;
    }
    try {
      execFileSync(process.execPath, [join(root, 'scripts', 'build.mjs'), '--bundles-only'], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
}

function isStale(): boolean {
  const oldest = Math.min(...Object.values(BUNDLES).map((folder) => changedAt(folder, 'index.js')));
  const packages = ['core', 'adapters-aws', 'adapters-redshift', 'lambda-entry'];
  const sources = packages.flatMap((name) => {
    const folder = join(root, 'packages', name, 'src');
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => [folder, file]);
  });
  return sources.some((path) => changedAt(...path) > oldest);
}

/** 0 for a file that is not there. */
function changedAt(...path: readonly string[]): number {
  return statSync(join(...path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function takeLock(): boolean {
  mkdirSync(built, { recursive: true });
  if (Date.now() - changedAt(lock) > LOCK_LIFETIME_MS) {
    rmSync(lock, { recursive: true, force: true });
  }
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}
