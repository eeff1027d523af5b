import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawnIdentity, type PostgresBinaries, type RunAs } from './embedded-binaries.js';

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 5_000;

/** What is started, and where. */
export interface ServerRequest {
  readonly binaries: PostgresBinaries;
  /** Holds the cluster in `data`, and gets what the server prints. */
  readonly folder: string;
  readonly port: number;
  readonly runAs: RunAs;
}

/** A server that answers, or why it does not. */
export type ServerStart =
  | { readonly kind: 'started'; end(): Promise<void> }
  | { readonly kind: 'failed'; readonly said: string };

/** How a server is started: `postgres` itself, or `pg_ctl`, which gives up an administrator's rights on Windows. */
export type Launcher = 'postgres' | 'pg_ctl';

/** `postgres` refuses to run with an administrator's rights, and only on Unix can another user be named. */
export const usualLauncher: Launcher = process.platform === 'win32' ? 'pg_ctl' : 'postgres';

/** Starts a server on 127.0.0.1 and waits until it answers; a failed one is gone. */
export function startServer(request: ServerRequest, launcher: Launcher): Promise<ServerStart> {
  return launcher === 'pg_ctl' ? startByPgCtl(request) : startItself(request);
}

async function startItself(request: ServerRequest): Promise<ServerStart> {
  const { binaries, folder, port } = request;
  const data = join(folder, 'data');
  const output = join(folder, 'output');
  const file = await open(output, 'w');
  const server = spawn(
    binaries.postgres,
    ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', ''],
    { ...surroundings(request), stdio: ['ignore', file.fd, file.fd] },
  );
  let failure: Error | undefined;
  server.on('error', (error) => (failure = error));
  server.unref();
  await file.close();

  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await isReady(data))) {
    if (failure || hasEnded(server) || Date.now() > deadline) {
      await end(server);
      return { kind: 'failed', said: (await printed(folder)) || (failure?.message ?? '') };
    }
    await sleep(5);
  }
  return { kind: 'started', end: () => end(server) };
}

/** The server is no child of ours then, so that pg_ctl has to end it, too. */
async function startByPgCtl(request: ServerRequest): Promise<ServerStart> {
  const { folder, port } = request;
  const data = join(folder, 'data');
  // On Windows there is no socket folder by default, and no way to write an empty option that cmd.exe keeps.
  const noSocket = process.platform === 'win32' ? '' : " -k ''";
  const options = `-p ${port} -h 127.0.0.1${noSocket}`;
  const patience = ['-w', '-t', String(START_TIMEOUT_MS / 1_000)];
  const stop = (mode: string) =>
    pgCtl(request, ['stop', '-D', data, '-m', mode, '-w', '-t', String(STOP_TIMEOUT_MS / 1_000)]);
  const endIt = async () => {
    if (!(await stop('fast'))) await stop('immediate');
  };
  const log = join(folder, 'output');
  if (await pgCtl(request, ['start', '-D', data, '-l', log, ...patience, '-o', options])) {
    return { kind: 'started', end: endIt };
  }
  await endIt();
  return { kind: 'failed', said: await printed(folder) };
}

/** Runs pg_ctl and tells whether it succeeded. */
async function pgCtl(request: ServerRequest, args: readonly string[]): Promise<boolean> {
  // No pipes: the server would inherit them, and they would stay open as long as it lives.
  const control = spawn(request.binaries.pgCtl, args, {
    ...surroundings(request),
    stdio: 'ignore',
    windowsHide: true,
  });
  const [code] = (await once(control, 'exit').catch(() => [1])) as [number | null];
  return code === 0;
}

function surroundings({ folder, runAs }: ServerRequest) {
  return { ...spawnIdentity(runAs), cwd: folder, env: serverEnvironment() };
}

/** What the server has printed and logged. */
async function printed(folder: string): Promise<string> {
  const texts = [join(folder, 'output'), join(folder, 'data', 'log', 'server.log')].map(textOf);
  return (await Promise.all(texts)).join('').trim();
}

/** The eighth line of postmaster.pid is where the server itself says so; pg_ctl reads it too. */
async function isReady(data: string): Promise<boolean> {
  const lines = (await textOf(join(data, 'postmaster.pid'))).split('\n');
  return lines[7]?.trim() === 'ready';
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) =>
  exitCode !== null || signalCode !== null;

async function end(server: ChildProcess): Promise<void> {
  if (server.pid === undefined || hasEnded(server)) return;
  const gone = once(server, 'exit');
  server.kill('SIGINT');
  const timer = setTimeout(() => server.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await gone;
  clearTimeout(timer);
}

/** Nothing of PG* reaches the server; Windows does not care for the case of a variable. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.toUpperCase().startsWith('PG'),
  );
  return { ...Object.fromEntries(inherited), LC_ALL: 'C' };
}

const textOf = (path: string) => readFile(path, 'utf8').catch(() => '');
