import { createSecretPool, type SecretPoolOptions } from '@keyturn/client/pg';
import type { CredentialSource } from '@keyturn/client';
import pg from 'pg';
import { useRealServer, type RealServer } from '../support/real-server.js';

const current = useRealServer();
let server: RealServer;
let pools: pg.Pool[] = [];
beforeEach(() => {
  server = current();
});
afterEach(async () => {
  await Promise.all(pools.map((pool) => pool.end().catch(() => {})));
  pools = [];
});

function poolOf(source: CredentialSource, options: Partial<SecretPoolOptions> = {}): pg.Pool {
  const pool = createSecretPool({ ...server.address, source, drainWithinMs: 0, ...options });
  pools.push(pool);
  return pool;
}

const query = (pool: pg.Pool) =>
  pool.query<{ name: string }>('select current_user as name').then(({ rows }) => rows[0]?.name);
const many = (pool: pg.Pool, count: number) =>
  Promise.all(Array.from({ length: count }, () => query(pool)));

describe('1,000 waiting queries on a pool of ten', () => {
  it('all get an answer over a changed password, with two refused sign-ins', async () => {
    const source = server.source({ rotation: 'single-user' });
    const pool = poolOf(source, { max: 10 });
    await source.credential();
    server.putSecret(server.users[0], 'password-2', 'AWSPENDING');
    await server.setPassword(server.users[0], 'password-2');
    expect(new Set(await many(pool, 1_000))).toEqual(new Set([server.users[0]]));
    expect(server.refusals()).toBeLessThanOrEqual(2);
    expect(source.counters().reads).toBeLessThanOrEqual(3);
    expect(server.gate.book.stateOf(server.users[0]).locked).toBeUndefined();
  });

  it('all get the typed error where nothing works, with two refused sign-ins', async () => {
    const source = server.source({ rotation: 'alternating-users' });
    const pool = poolOf(source, { max: 10 });
    await server.setPassword(server.users[0], 'changed by hand');
    const results = await Promise.allSettled(
      Array.from({ length: 1_000 }, () => pool.query('select 1')),
    );
    const codes = results.map((result) =>
      result.status === 'rejected' ? (result.reason as { code: string }).code : 'answered',
    );
    expect(new Set(codes)).toEqual(new Set(['KEYTURN_CREDENTIAL_REFUSED']));
    expect(server.refusals()).toBeLessThanOrEqual(2);
    expect(pool.totalCount).toBe(0);
    expect(server.gate.book.stateOf(server.users[0]).locked).toBeUndefined();
  });

  it('is what locks a user without the source', async () => {
    const pool = new pg.Pool({
      ...server.address,
      user: server.users[0],
      password: 'old',
      max: 10,
    });
    await Promise.allSettled(Array.from({ length: 50 }, () => pool.query('select 1')));
    expect(server.refusals()).toBe(50);
    expect(server.gate.book.stateOf(server.users[0]).locked).toBe('automatic');
    await pool.end();
  });
});

describe('draining', () => {
  const flip = async (source: CredentialSource) => {
    server.putSecret(server.users[1], 'password-1');
    await new Promise((resolve) => setTimeout(resolve, 30));
    await source.credential();
  };

  it('ends idle connections of the old user once the new one has signed in', async () => {
    const source = server.source({ maxAgeMs: 20, rotation: 'alternating-users' });
    const pool = poolOf(source, { max: 5, idleTimeoutMillis: 0 });
    await many(pool, 50);
    expect(new Set(await server.sessions())).toEqual(new Set([server.users[0]]));
    await flip(source);
    await server.until(async () => !(await server.sessions()).includes(server.users[0]));
    expect(pool.idleCount).toBe(pool.totalCount);
    expect(new Set(await many(pool, 50))).toEqual(new Set([server.users[1]]));
  });

  it('lets a connection in use finish, and ends it when it comes back', async () => {
    const source = server.source({ maxAgeMs: 20, rotation: 'alternating-users' });
    const pool = poolOf(source, { max: 2, idleTimeoutMillis: 0 });
    const client = await pool.connect();
    await client.query('begin');
    await flip(source);
    await query(pool);
    const { rows } = await client.query('select current_user as name');
    expect(rows).toEqual([{ name: server.users[0] }]);
    await client.query('commit');
    client.release();
    await server.until(async () => !(await server.sessions()).includes(server.users[0]));
    expect(await query(pool)).toBe(server.users[1]);
  });

  it('keeps the old connections where the new user cannot sign in', async () => {
    const source = server.source({ maxAgeMs: 20, rotation: 'alternating-users' });
    const pool = poolOf(source, { max: 3, idleTimeoutMillis: 0 });
    await many(pool, 30);
    await server.setPassword(server.users[1], 'not what is stored');
    await flip(source);
    await server.until(async () => server.refusals() > 0);
    expect(await query(pool)).toBe(server.users[0]);
    expect(await server.sessions()).toContain(server.users[0]);
  });

  it('leaves connections alone where only the password has changed', async () => {
    const source = server.source({ maxAgeMs: 20, rotation: 'single-user' });
    const pool = poolOf(source, { max: 3, idleTimeoutMillis: 0 });
    const pids = async () => (await pool.query('select pg_backend_pid() as pid')).rows;
    const before = await pids();
    await server.setPassword(server.users[0], 'password-2');
    server.putSecret(server.users[0], 'password-2');
    await new Promise((resolve) => setTimeout(resolve, 30));
    await source.credential();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await pids()).toEqual(before);
  });
});

describe('ending', () => {
  it('serves everybody who waits, and nobody who comes later', async () => {
    const pool = poolOf(server.source(), { max: 2 });
    const waiting = many(pool, 100);
    const ended = pool.end();
    await expect(pool.connect()).rejects.toThrow('after calling end');
    await expect(pool.query('select 1')).rejects.toThrow('after calling end');
    expect(await waiting).toHaveLength(100);
    await ended;
    await expect(pool.end()).rejects.toThrow('more than once');
    await server.until(async () => (await server.sessions()).length === 0);
  });

  it('works with a callback', async () => {
    const pool = poolOf(server.source());
    await query(pool);
    await new Promise<void>((resolve) => pool.end(() => resolve()));
    expect(pool.ended).toBe(true);
  });
});

describe('a pool', () => {
  it("is a pool of the application's own pg", async () => {
    class OwnPool extends pg.Pool {}
    class OwnClient extends pg.Client {}
    const pool = poolOf(server.source(), { pg: { Pool: OwnPool, Client: OwnClient } });
    expect(pool).toBeInstanceOf(OwnPool);
    const client = await pool.connect();
    expect(client).toBeInstanceOf(OwnClient);
    client.release();
  });

  it('hands out clients by callback as pg does', async () => {
    const pool = poolOf(server.source());
    const name = await new Promise((resolve, reject) => {
      pool.connect((error, client, done) => {
        if (error !== undefined || client === undefined) return reject(error ?? new Error());
        client.query('select current_user as name', (failed, { rows }) => {
          done();
          if (failed) reject(failed);
          else resolve(rows[0].name);
        });
      });
    });
    expect(name).toBe(server.users[0]);
    expect(pool.idleCount).toBe(1);
  });

  it('refuses a connection string when it is made', () => {
    const options = { connectionString: 'postgres://127.0.0.1/dev' } as object;
    expect(() => poolOf(server.source(), options)).toThrow(
      expect.objectContaining({ code: 'KEYTURN_INVALID_SETTING', field: 'connectionString' }),
    );
  });

  it('survives a server that ends its idle connections', async () => {
    const pool = poolOf(server.source(), { max: 3 });
    await many(pool, 30);
    const errors: Error[] = [];
    pool.on('error', (error) => errors.push(error));
    await server.database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${server.users[0]}'`,
    );
    await server.until(async () => pool.totalCount === 0);
    expect(errors).not.toEqual([]);
    expect(await query(pool)).toBe(server.users[0]);
  });

  it('leaves no connection behind where the secret cannot be read', async () => {
    const source = server.source({ secretId: 'no-such-secret' });
    const pool = poolOf(source, { max: 3 });
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => query(pool)));
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    expect(pool.totalCount).toBe(0);
    expect(await server.sessions()).toEqual([]);
  });
});
