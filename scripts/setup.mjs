// Installs the workspace with the pinned pnpm, unless nothing has changed since the last time.
// Runs before `npm test` and `npm run demo`, so it may only use what Node itself brings.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { replaceFile } from './files/replace-file.cjs';
import { fileURLToPath } from 'node:url';
import { verifiedPnpm } from './pnpm.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stampFile = join(root, 'node_modules', '.keyturn-install');

function manifests() {
  const inFolders = ['packages', 'tools'].flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(root, folder, entry.name, 'package.json'))
      .filter((file) => existsSync(file))
      .sort(),
  );
  const atRoot = ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml'];
  return [...atRoot.map((file) => join(root, file)), ...inFolders];
}

function fingerprint() {
  const hash = createHash('sha256');
  for (const file of manifests()) hash.update(file).update(readFileSync(file));
  return hash.update(process.platform + process.arch).digest('hex');
}

const wanted = fingerprint();
const installed = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : undefined;

if (installed !== wanted) {
  try {
    install();
    replaceFile(stampFile, wanted);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

function install() {
  const { title, command } = verifiedPnpm();
  console.error(`Installing dependencies with ${title} (first run only, under a minute)...`);
  const [program, ...start] = command;
  const { status, error } = spawnSync(
    program,
    [...start, 'install', '--frozen-lockfile', '--reporter=append-only'],
    // Progress goes to stderr, so that `npm run demo -- --json` prints nothing but its document.
    { cwd: root, stdio: ['ignore', 2, 2] },
  );
  if (error) throw error;
  if (status !== 0) {
    throw new Error(
      'Installing failed; the lines above say why. The npm registry has to be reachable once.',
    );
  }
}
