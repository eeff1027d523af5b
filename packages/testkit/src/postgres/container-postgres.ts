import { randomBytes } from 'node:crypto';
import { connect, isIP } from 'node:net';
import { createTestCa, type CertificateRequest } from '../tls/index.js';
import { keepUntilExit } from './keep-until-exit.js';
import type { RunningServer } from './running-server.js';
import { serverFiles } from './server-files.js';

/** How long an image that is not there yet may take to arrive. */
const PULL_TIMEOUT_MS = 60_000;
const START_TIMEOUT_MS = 60_000;
const PORT = 5432;
const LOOPBACK = '127.0.0.1';
const FILES = '/keyturn-server-files';
const DATA = '/var/lib/postgresql/data';

/** A server in a container, and how its image came to be there. */
export interface ContainerServer extends RunningServer {
  readonly image: string;
  readonly pulled: boolean;
}

/**
 * Starts a Postgres container of `image`, pulling the image if need be.
 *
 * @throws Error when no docker engine answers, the image does not arrive within 60 s, or the server does not come up;
 *   no container is left behind
 */
export async function startContainerPostgres(image: string): Promise<ContainerServer> {
  // The keeper below does what the reaper would, without an image of its own to pull.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
  const { GenericContainer, ImageName, Wait, getContainerRuntimeClient } =
    await import('testcontainers');

  const client = await getContainerRuntimeClient().catch((cause: unknown) => {
    throw new Error('no docker engine answers', { cause });
  });
  const pulled = !(await client.image.exists(ImageName.fromString(image)));
  if (pulled) await within(PULL_TIMEOUT_MS, client.image.pull(ImageName.fromString(image)), image);

  const password = randomBytes(18).toString('base64url');
  const ca = await createTestCa();
  const certificate = await ca.issue(namesOf(client.info.containerRuntime.host));
  const run = randomBytes(8).toString('hex');
  const forgetKeeper = keepUntilExit({ label: `keyturn.run=${run}` });

  const files = Object.entries(serverFiles(certificate));
  const names = files.map(([name]) => name).join(' ');
  const container = await new GenericContainer(image)
    .withLabels({ 'keyturn.run': run })
    .withEnvironment({ POSTGRES_USER: 'postgres', POSTGRES_PASSWORD: password })
    .withTmpFs({ [DATA]: 'rw' })
    .withExposedPorts(PORT)
    .withCopyContentToContainer([
      ...files.map(([name, content]) => ({ content, target: `${FILES}/${name}`, mode: 0o644 })),
      {
        // The image runs it as the server's user, who then owns the copies: Postgres insists on that for the key.
        content: `cd ${FILES} && install -m 0600 ${names} "$PGDATA"/ && cd /\n`,
        target: '/docker-entrypoint-initdb.d/keyturn.sh',
        mode: 0o644,
      },
    ])
    // Over TCP, since the first server, which only runs the script above, listens on a socket alone.
    .withWaitStrategy(Wait.forSuccessfulCommand(`pg_isready -h 127.0.0.1 -p ${PORT}`))
    .withStartupTimeout(START_TIMEOUT_MS)
    .start();

  const port = container.getMappedPort(PORT);
  let stopping: Promise<void> | undefined;
  return {
    image,
    pulled,
    address: {
      host: (await accepts(LOOPBACK, port)) ? LOOPBACK : container.getHost(),
      port,
      database: 'postgres',
      superuser: { username: 'postgres', password },
      tls: true,
      ca: ca.certificate,
    },
    stop: () =>
      (stopping ??= container.stop({ remove: true, removeVolumes: true }).then(forgetKeeper)),
  };
}

/** A process that is in a container itself may be given the address of the engine's bridge for a host. */
function namesOf(host: string): CertificateRequest {
  const names = ['localhost'];
  const ips = [LOOPBACK];
  (isIP(host) === 0 ? names : ips).push(host);
  return { names, ips };
}

/** Whether something listens there; an engine of this machine maps ports to loopback as well. */
function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function within<T>(timeoutMs: number, work: Promise<T>, image: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`the image ${image} did not arrive within ${timeoutMs / 1000} s`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
