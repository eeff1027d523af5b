// The pnpm that everything in this repository uses. Its tarball's hash is compared before anything of it runs.
//
//   node scripts/pnpm.mjs install        pnpm install
//
// pinned.json has pnpm 12 where its program could be pinned, and pnpm 10, which is plain JavaScript, for everything
// else. Lock files are written with pnpm 12 only; both install from them.
import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchVerified } from './pnpm/fetch-verified.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/**
 * The program and its first arguments, downloaded and verified if it is not there yet.
 *
 * @throws Error when it cannot be had, or the registry serves another one
 */
export function verifiedPnpm() {
  // The variable is for trying what other platforms get; whatever it names is verified.
  const pinned = pinnedFor(process.env.KEYTURN_PNPM_PLATFORM ?? thisPlatform());
  const name = `${pinned.package.replaceAll(/[@/]/g, '')}-${pinned.version}`;
  // Outside the workspace's node_modules, which pnpm may empty while it runs. `.gitignore` covers it.
  const folder = join(here, 'node_modules', '.pnpm-verified', name);
  fetchVerified(pinned, folder);
  const program = join(folder, pinned.program);
  const command = program.endsWith('.cjs') ? [process.execPath, program] : [program];
  return { title: `pnpm ${pinned.version}`, command };
}

function pinnedFor(platform) {
  const all = JSON.parse(readFileSync(join(here, 'pnpm', 'pinned.json'), 'utf8'));
  return all.find(({ platforms }) => platforms.includes(platform) || platforms.includes('any'));
}

function thisPlatform() {
  if (process.platform !== 'linux') return `${process.platform}-${process.arch}`;
  process.report.excludeNetwork = true;
  const { glibcVersionRuntime } = process.report.getReport().header;
  return `linux-${process.arch}-${glibcVersionRuntime ? 'glibc' : 'musl'}`;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const [program, ...start] = verifiedPnpm().command;
    const args = [...start, ...process.argv.slice(2)];
    const { status, error } = spawnSync(program, args, { stdio: 'inherit' });
    if (error) throw error;
    process.exitCode = status ?? 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
