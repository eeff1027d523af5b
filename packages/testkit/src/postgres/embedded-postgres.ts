import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createTestCa } from '../tls/index.js';
import {
  embeddedBinaries,
  spawnIdentity,
  unprivilegedUser,
  type RunAs,
} from './embedded-binaries.js';
import { keepUntilExit } from './keep-until-exit.js';
import type { RunningServer } from './running-server.js';
import { serverFiles } from './server-files.js';
import { serverEnvironment, startServer, usualLauncher, type Launcher } from './server-process.js';
import { makeTemporaryFolder } from './temporary-folder.js';

const PORT_ATTEMPTS = 3;

/**
 * Makes a cluster of its own in a temporary folder and starts the embedded Postgres on it, on 127.0.0.1.
 *
 * @throws Error when this platform has no embedded Postgres, or it does not start; nothing is left behind
 */
export async function startEmbeddedPostgres(
  launcher: Launcher = usualLauncher,
): Promise<RunningServer> {
  const runAs = unprivilegedUser();
  const folder = await makeTemporaryFolder(runAs);
  const forgetKeeper = keepUntilExit({ directory: folder });
  let endServer: (() => Promise<void>) | undefined;
  const stop = async () => {
    await endServer?.();
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
    for (let attempt = 1; endServer === undefined; attempt += 1) {
      port = await freePort();
      const start = await startServer({ binaries, folder, port, runAs }, launcher);
      if (start.kind === 'started') endServer = start.end;
      // Somebody else may have taken the port meanwhile.
      else if (attempt === PORT_ATTEMPTS || !start.said.includes('could not bind')) {
        throw new Error(`the embedded Postgres did not start: ${start.said}`);
      }
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
    ...spawnIdentity(runAs),
    cwd: folder,
    env: serverEnvironment(),
  }).catch((error: Error & { stderr?: string }) => {
    throw new Error(error.stderr?.trim() || error.message, { cause: error });
  });
  await rm(passwordFile);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
