import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, open, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createTestCa } from '../tls/index.js';
import { embeddedBinaries, unprivilegedUser, type RunAs } from './embedded-binaries.js';
import { keepUntilExit } from './keep-until-exit.js';
import type { RunningServer } from './running-server.js';
import { serverFiles } from './server-files.js';
import { makeTemporaryFolder } from './temporary-folder.js';

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 5_000;
const PORT_ATTEMPTS = 3;

/**
 * Makes a cluster of its own in a temporary folder and starts the embedded Postgres on it, on 127.0.0.1.
 *
 * @throws Error when this platform has no embedded Postgres, or it does not start; nothing is left behind
 */
export async function startEmbeddedPostgres(): Promise<RunningServer> {
  const runAs = unprivilegedUser();
  const folder = await makeTemporaryFolder(runAs);
  const forgetKeeper = keepUntilExit({ directory: folder });
  let server: ChildProcess | undefined;
  const stop = async () => {
    if (server) await end(server);
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    forgetKeeper();
  };

  try {
    const password = randomBytes(18).toString('base64url');
    const [ca, binaries] = await Promise.all([createTestCa(), embeddedBinaries(runAs, folder)]);
    const [certificate] = await Promise.all([
      ca.issue({ names: ['localhost'], ips: ['127.0.0.1'] }),
      initialise(binaries.initdb, folder, password, runAs),
    ]);
    const data = join(folder, 'data');
    for (const [name, text] of Object.entries(serverFiles(certificate))) {
      await writeOwned(join(data, name), text, runAs);
    }
    let port = 0;
    for (let attempt = 1; server === undefined; attempt += 1) {
      port = await freePort();
      server = await boot(binaries.postgres, folder, port, runAs, attempt < PORT_ATTEMPTS);
    }
    return {
      address: {
        host: 'localhost',
        port,
        database: 'postgres',
        superuser: { username: 'postgres', password },
        tls: true,
        ca: ca.certificate,
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function writeOwned(path: string, text: string, { uid, gid }: RunAs): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
}

async function initialise(initdb: string, folder: string, password: string, runAs: RunAs) {
  const passwordFile = join(folder, 'password');
  await writeOwned(passwordFile, password, runAs);
  const options = ['--username=postgres', '--encoding=UTF8', '--locale=C', '--no-sync'];
  const files = [`--pgdata=${join(folder, 'data')}`, `--pwfile=${passwordFile}`];
  await promisify(execFile)(initdb, [...files, ...options, '--auth=scram-sha-256'], {
    ...runAs,
    cwd: folder,
    env: serverEnvironment(),
  }).catch((error: Error & { stderr?: string }) => {
    throw new Error(error.stderr?.trim() || error.message, { cause: error });
  });
  await rm(passwordFile);
}

/** Starts the server; undefined when the port was taken meanwhile and `mayRetry`. */
async function boot(
  postgres: string,
  folder: string,
  port: number,
  runAs: RunAs,
  mayRetry: boolean,
): Promise<ChildProcess | undefined> {
  const data = join(folder, 'data');
  const output = join(folder, 'output');
  const file = await open(output, 'w');
  const server = spawn(postgres, ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', ''], {
    ...runAs,
    cwd: folder,
    env: serverEnvironment(),
    stdio: ['ignore', file.fd, file.fd],
  });
  let failure: Error | undefined;
  server.on('error', (error) => (failure = error));
  server.unref();
  await file.close();

  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await isReady(data))) {
    if (failure || hasEnded(server) || Date.now() > deadline) {
      await end(server);
      const text = [await textOf(output), await textOf(join(data, 'log', 'server.log'))].join('');
      if (mayRetry && text.includes('could not bind')) return undefined;
      throw new Error(`the embedded Postgres did not start: ${text.trim() || failure?.message}`);
    }
    await sleep(5);
  }
  return server;
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

function serverEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('PG'));
  return { ...Object.fromEntries(inherited), LC_ALL: 'C' };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

const textOf = (path: string) => readFile(path, 'utf8').catch(() => '');
