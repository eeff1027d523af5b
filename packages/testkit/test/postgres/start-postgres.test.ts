import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sharedPostgres, startPostgres, uniqueName, type Login } from '../../src/postgres/index.js';
import { createTestCa, startTlsFront } from '../../src/tls/index.js';

const shared = sharedPostgres();

const urlOf = ({ username, password }: Login, host = shared.host, port = shared.port) =>
  `postgres://${username}:${encodeURIComponent(password)}@${host}:${port}/${shared.database}` +
  (shared.tls ? '' : '?sslmode=disable');

async function databaseNames() {
  const client = await shared.connect();
  const { rows } = await client.query<{ datname: string }>('select datname from pg_database');
  await client.end();
  return rows.map(({ datname }) => datname);
}

async function isListening(port: number) {
  const socket = connect(port, '127.0.0.1');
  const answer = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'error').then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return answer;
}

const quiet = { announce: () => undefined };

describe('startPostgres', () => {
  it('takes a server by URL first, leaves it running and takes its own database away', async () => {
    const lines: string[] = [];
    const server = await startPostgres({
      environment: {
        KEYTURN_TEST_POSTGRES_URL: urlOf(shared.superuser),
        KEYTURN_TEST_POSTGRES_CA: shared.ca,
      },
      announce: (line) => lines.push(line),
    });
    const database = await server.createDatabase();
    await database.drop();
    await server.stop();
    await server.stop();

    expect(server.source).toEqual({ kind: 'url', reason: 'KEYTURN_TEST_POSTGRES_URL is set' });
    expect(lines).toEqual([
      `Postgres ${shared.version} for tests: url${shared.tls ? '' : ', WITHOUT TLS'} (KEYTURN_TEST_POSTGRES_URL is set)`,
    ]);
    expect(await databaseNames()).not.toContain(server.template);
  });

  it('does not repeat a URL it cannot use', async () => {
    const starting = startPostgres({
      environment: { KEYTURN_TEST_POSTGRES_URL: 'mysql://root:hunter2@db/x' },
      ...quiet,
    });

    await expect(starting).rejects.toThrow(/must read postgres:\/\/superuser/);
    await expect(starting).rejects.not.toThrow(/hunter2/);
  });

  it('refuses a URL whose user is no superuser, and leaves nothing there', async () => {
    const before = await databaseNames();
    const login = { username: uniqueName('nobody'), password: 'a Clear passw0rd' };
    const client = await shared.connect();
    await client.query(`create user ${login.username} password '${login.password}'`);

    await expect(
      startPostgres({
        environment: {
          KEYTURN_TEST_POSTGRES_URL: urlOf(login),
          KEYTURN_TEST_POSTGRES_CA: shared.ca,
        },
        ...quiet,
      }),
    ).rejects.toThrow('KEYTURN_TEST_POSTGRES_URL must name a superuser');
    await client.query(`drop user ${login.username}`);
    await client.end();
    const left = (await databaseNames()).filter((name) => name.startsWith('keyturn_template'));
    expect(before).toEqual(expect.arrayContaining(left));
  });

  it('verifies the certificate of a server by URL', async () => {
    const certificate = await (await createTestCa()).issue({ ips: ['127.0.0.1'] });
    const front = await startTlsFront({ certificate, to: shared });
    const url = urlOf(shared.superuser, '127.0.0.1', front.port).replace('?sslmode=disable', '');

    await expect(
      startPostgres({ environment: { KEYTURN_TEST_POSTGRES_URL: url }, ...quiet }),
    ).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    await front.stop();
  });

  it('refuses a source it does not know, naming the known ones', async () => {
    await expect(
      startPostgres({ environment: { KEYTURN_TEST_POSTGRES: 'docker' }, ...quiet }),
    ).rejects.toThrow('KEYTURN_TEST_POSTGRES must be one of url, container, embedded');
  });

  it('fails rather than take another source when one is forced', async () => {
    await expect(
      startPostgres({
        source: 'container',
        environment: { KEYTURN_TEST_POSTGRES_IMAGE: '127.0.0.1:1/there-is-no-such-image:1' },
        ...quiet,
      }),
    ).rejects.toThrow(/^no Postgres container: /);
  });

  it('starts embedded servers side by side and removes them', async () => {
    const [one, other] = await Promise.all([
      startPostgres({ source: 'embedded', ...quiet }),
      startPostgres({ source: 'embedded', ...quiet }),
    ]);
    expect(one.port).not.toBe(other.port);
    await Promise.all([one.stop(), other.stop()]);
    await one.stop();

    expect(await isListening(one.port)).toBe(false);
    expect(await isListening(other.port)).toBe(false);
  });

  it('leaves no server and no folder behind when its process is killed', async () => {
    const program = `
      const { startPostgres } = await import('./packages/testkit/src/postgres/index.ts');
      const { port } = await startPostgres({ source: 'embedded' });
      process.stdout.write(String(port));
      setInterval(() => {}, 1000);
    `;
    const place = await mkdtemp(join(tmpdir(), 'keyturn-killed-'));
    await chmod(place, 0o755);
    const child = spawn(process.execPath, ['--import=tsx', '--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, TMPDIR: place },
    });
    const [output] = (await once(child.stdout, 'data')) as [Buffer];
    const port = Number(output.toString());
    expect(await isListening(port)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');

    const isLeft = async () => (await readdir(place)).some((name) => name.startsWith('keyturn'));
    while ((await isListening(port)) || (await isLeft())) await sleep(50);
    await rm(place, { recursive: true });
  });
});
