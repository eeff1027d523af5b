import { existsSync } from 'node:fs';
import { Client } from 'pg';
import { spawnIdentity, unprivilegedUser } from '../../src/postgres/embedded-binaries.js';
import { startEmbeddedPostgres } from '../../src/postgres/embedded-postgres.js';

it.each(['postgres', 'pg_ctl'] as const)(
  'the embedded Postgres is started by %s, answers over TLS, and is gone when it was ended',
  async (launcher) => {
    const { address, stop } = await startEmbeddedPostgres(launcher);
    const connect = () =>
      new Client({
        host: address.host,
        port: address.port,
        database: address.database,
        user: address.superuser.username,
        password: address.superuser.password,
        ssl: { ca: address.ca },
      });
    const client = connect();
    await client.connect();
    const { rows } = await client.query<{ folder: string }>(
      "select current_setting('data_directory') as folder",
    );
    await client.end();
    const folder = rows[0]?.folder ?? '';
    expect(existsSync(folder)).toBe(true);

    await stop();
    expect(existsSync(folder)).toBe(false);
    await expect(connect().connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await stop();
  },
  60_000,
);

describe('the user that the server runs as', () => {
  it.each([
    ['linux', 65_534, 65_534],
    ['darwin', 4_294_967_294, -2],
  ] as const)('is nobody where root is this one, on %s', (platform, stored, spawned) => {
    const runAs = unprivilegedUser({ platform, getuid: () => 0 });
    expect(runAs).toEqual({ uid: stored, gid: stored });
    expect(spawnIdentity(runAs)).toEqual({ uid: spawned, gid: spawned });
  });

  it('is this very one otherwise, as on Windows, which has no numbers for users', () => {
    expect(unprivilegedUser({ platform: 'linux', getuid: () => 1_000 })).toEqual({});
    expect(unprivilegedUser({ platform: 'win32' })).toEqual({});
    expect(spawnIdentity({})).toEqual({});
  });
});
