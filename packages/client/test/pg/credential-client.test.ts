import { credentialClient } from '@keyturn/client/pg';
import { createCredentialSource } from '@keyturn/client';
import type { KeyturnError } from '@keyturn/core';
import { sharedPostgres } from '@keyturn/testkit/postgres';
import { createServer, type AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import pg from 'pg';
import { useRealServer, type RealServer } from '../support/real-server.js';

const current = useRealServer();
let server: RealServer;
beforeEach(() => {
  server = current();
});

const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error as KeyturnError,
  );
const whoAmI = async (client: pg.ClientBase) => {
  const { rows } = await client.query<{ name: string }>('select current_user as name');
  return rows[0]?.name;
};

describe('the client class', () => {
  it('signs in with user and password of the secret, and is a client of pg', async () => {
    const Client = credentialClient(server.source());
    const client = new Client(server.address);
    expect(client).toBeInstanceOf(pg.Client);
    expect(await client.connect()).toBe(client);
    expect(await whoAmI(client)).toBe(server.users[0]);
    expect(client.user).toBe(server.users[0]);
    await client.end();
  });

  it('works with a callback, and with queries that were asked before it was connected', async () => {
    const client = new (credentialClient(server.source()))(server.address);
    const early = whoAmI(client);
    const connected = await new Promise((resolve, reject) => {
      client.connect((error: Error | null, itself?: pg.Client) =>
        error === null ? resolve(itself) : reject(error),
      );
    });
    expect(connected).toBe(client);
    expect(await early).toBe(server.users[0]);
    await client.end();
  });

  it('signs in again inside connect() after a refusal, with another user too', async () => {
    const source = server.source({ rotation: 'alternating-users' });
    const Client = credentialClient(source);
    await source.credential();
    await server.setPassword(server.users[0], 'changed');
    server.putSecret(server.users[1], 'password-1');
    const client = new Client(server.address);
    await client.connect();
    expect(await whoAmI(client)).toBe(server.users[1]);
    await client.end();
    expect(server.refusals()).toBe(1);
    await server.until(async () => (await server.sessions()).length === 0);
  });

  it('emits what pg emits, once, however many sign-ins it took', async () => {
    const source = server.source();
    await source.credential();
    await server.setPassword(server.users[0], 'password-2');
    server.putSecret(server.users[0], 'password-2');
    const client = new (credentialClient(source))(server.address);
    const emitted: string[] = [];
    for (const name of ['connect', 'error', 'end'] as const) {
      client.on(name as 'end', () => emitted.push(name));
    }
    await client.connect();
    expect(emitted).toEqual(['connect']);
    await client.query('select 1');
    await client.end();
    expect(emitted).toEqual(['connect', 'end']);
  });

  it('keeps the listeners that a library has put onto the connection', async () => {
    const source = server.source();
    await source.credential();
    await server.setPassword(server.users[0], 'password-2');
    server.putSecret(server.users[0], 'password-2');
    const client = new (credentialClient(source))(server.address);
    const told = new Set<string>();
    const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
    connection.on('parameterStatus', ({ parameterName }) => told.add(parameterName));
    await client.connect();
    expect(server.refusals()).toBe(1);
    expect(told).toContain('server_version');
    await client.end();
  });

  it('reports a server that ends the session, after a refusal too', async () => {
    const source = server.source();
    await source.credential();
    await server.setPassword(server.users[0], 'password-2');
    server.putSecret(server.users[0], 'password-2');
    const client = new (credentialClient(source))(server.address);
    const reported = new Promise<Error>((resolve) => client.on('error', resolve));
    await client.connect();
    await server.database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${server.users[0]}'`,
    );
    expect(await reported).toMatchObject({ code: '57P01' });
  });

  it('connects once, as any client', async () => {
    const client = new (credentialClient(server.source()))(server.address);
    await client.connect();
    await expect(client.connect()).rejects.toThrow('already been connected');
    await client.end();
  });

  it('passes errors on that say nothing about the credential, and opens no second connection', async () => {
    const client = new (credentialClient(server.source()))({
      ...server.address,
      database: 'nowhere',
    });
    expect(await failure(client.connect())).toMatchObject({ code: '3D000' });
    expect(server.refusals()).toBe(0);
  });

  it('takes host and database from the secret where the configuration has none', async () => {
    const client = new (credentialClient(server.source()))({
      port: server.gate.port,
      database: server.database.name,
      ssl: false,
    });
    await client.connect();
    expect(client.host).toBe('127.0.0.1');
    await client.end();
    const nowhere = new (credentialClient(server.source()))({ port: server.gate.port, ssl: false });
    expect(await failure(nowhere.connect())).toMatchObject({
      code: 'KEYTURN_INVALID_SETTING',
      field: 'database',
    });
  });

  it('takes nothing from the PG variables', async () => {
    const before = { ...process.env };
    Object.assign(process.env, {
      PGUSER: 'somebody',
      PGPASSWORD: 'else',
      PGHOST: 'db.invalid',
      PGPORT: '1',
      PGDATABASE: 'nowhere',
    });
    try {
      const client = new (credentialClient(server.source()))({ ...server.address });
      await client.connect();
      expect(await whoAmI(client)).toBe(server.users[0]);
      await client.end();
    } finally {
      process.env = before;
    }
  });

  it.each([
    ['a text', 'postgres://app:old@127.0.0.1/dev'],
    ['connectionString', { connectionString: 'postgres://127.0.0.1/dev' }],
  ])('refuses %s with the reason, and connects to nothing', async (_, config) => {
    const client = new (credentialClient(server.source()))(config);
    const error = await failure(client.connect());
    expect(error).toMatchObject({ code: 'KEYTURN_INVALID_SETTING', field: 'connectionString' });
    expect(error?.message).toContain('without the source being asked');
    expect(server.source().counters().signIns).toBe(0);
  });

  it('refuses a stream that is no function', async () => {
    const config = { ...server.address, stream: {} as never };
    const client = new (credentialClient(server.source()))(config);
    expect(await failure(client.connect())).toMatchObject({ field: 'stream' });
  });

  it('bounds the wait for a credential by connectionTimeoutMillis, and opens no socket', async () => {
    const reader = { read: () => new Promise<undefined>(() => {}) };
    const source = createCredentialSource({ secretId: 'orders', reader });
    const client = new (credentialClient(source))({
      ...server.address,
      connectionTimeoutMillis: 200,
    });
    expect(await failure(client.connect())).toMatchObject({ code: 'KEYTURN_CREDENTIAL_TIMEOUT' });
    expect(source.counters().signIns).toBe(0);
  });

  it('bounds a sign-in that has no answer', async () => {
    const silent = createServer((socket) => socket.on('error', () => {}).resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const client = new (credentialClient(server.source({ deadlineMs: 200 })))({
      ...server.address,
      port,
    });
    expect((await failure(client.connect()))?.message).toContain('timeout expired');
    await new Promise<void>((resolve) => silent.close(() => resolve()));
  });

  it('shows no password, while it connects nor afterwards', async () => {
    const client = new (credentialClient(server.source()))(server.address);
    const connecting = client.connect();
    await server.until(async () => server.events.length > 0);
    const shown = inspect(client, { depth: 6 });
    await connecting;
    const all = inspect(client, { depth: 6, showHidden: true });
    await client.end();
    expect(shown).not.toContain('password-1');
    expect(all).not.toContain('password-1');
  });
});

describe('TLS', () => {
  it('is asked for and verified where the configuration is silent', async () => {
    const { database } = server;
    const { host, port } = sharedPostgres();
    const config = { host, port, database: database.name };
    const unknown = new (credentialClient(server.source()))(config);
    // The authority of the tests is not among Node's own.
    expect((await failure(unknown.connect()))?.message).toMatch(/certificate|SSL/i);
    expect(server.refusals()).toBe(0);
  });

  it('is not given up where the server has none', async () => {
    let heard = '';
    const plain = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (data) => {
        heard += data.toString('latin1');
        socket.write('N');
      });
    });
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const { port } = plain.address() as AddressInfo;
    const { ssl: _, ...address } = server.address;
    const client = new (credentialClient(server.source()))({ ...address, port });
    expect((await failure(client.connect()))?.message).toContain('does not support SSL');
    expect(heard).not.toContain(server.users[0]);
    await new Promise<void>((resolve) => plain.close(() => resolve()));
  });

  it('reaches a server whose authority is given', async () => {
    const { host, port, ca, tls } = sharedPostgres();
    if (!tls) return;
    const client = new (credentialClient(server.source()))({
      host,
      port,
      database: server.database.name,
      ssl: { ...(ca !== undefined && { ca }) },
    });
    await client.connect();
    const { rows } = await client.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
    expect(rows).toEqual([{ ssl: true }]);
    await client.end();
  });
});

describe('behind PgBouncer', () => {
  /** Refuses the first sign-ins in PgBouncer's words, and passes the others on. */
  const startPooler = async (words: readonly string[]) => {
    const left = [...words];
    const { connect } = await import('node:net');
    const pooler = createServer((client) => {
      client.on('error', () => {});
      const word = left.shift();
      if (word === undefined) {
        const upstream = connect(server.gate.port, '127.0.0.1');
        upstream.on('error', () => client.destroy());
        client.pipe(upstream).pipe(client);
        return;
      }
      client.once('data', () => client.end(fatal('08P01', word)));
    });
    await new Promise<void>((resolve) => pooler.listen(0, '127.0.0.1', resolve));
    const { port } = pooler.address() as AddressInfo;
    return { port, close: () => new Promise((resolve) => pooler.close(resolve)) };
  };

  it('takes 08P01 for a refusal, and reads the secret again', async () => {
    const pooler = await startPooler(['SASL authentication failed']);
    const source = server.source();
    await source.credential();
    server.putSecret(server.users[1], 'password-1');
    const client = new (credentialClient(source))({ ...server.address, port: pooler.port });
    await client.connect();
    expect(await whoAmI(client)).toBe(server.users[1]);
    expect(source.counters()).toMatchObject({ refusals: 1, recoveries: 1 });
    await client.end();
    await pooler.close();
  });

  it('waits while the pooler repeats an old failure, and does not take it for a refusal', async () => {
    const pooler = await startPooler([
      'server login has been failing, cached error: password authentication failed',
      'server login has been failing, cached error: password authentication failed',
    ]);
    const source = server.source();
    const client = new (credentialClient(source))({ ...server.address, port: pooler.port });
    await client.connect();
    expect(await whoAmI(client)).toBe(server.users[0]);
    expect(source.counters()).toMatchObject({ refusals: 0, retries: 2, reads: 1 });
    await client.end();
    await pooler.close();
  });
});

/** A message by which a server ends a sign-in. */
function fatal(code: string, message: string): Buffer {
  const body = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
