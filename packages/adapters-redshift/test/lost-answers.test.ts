import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { Sensitive } from '@keyturn/core';
import { uniqueName } from '@keyturn/testkit/postgres';
import { RedshiftAdmin } from '../src/index.js';
import { addressOf, run, shared, useDatabase } from './support/test-server.js';

const user = uniqueName('sheep');
// Hooks run in order, and this one needs the database.
afterAll(() => run(database().client, `DROP USER ${user}`));
const database = useDatabase();

/** Passes everything on, until a statement begins like this: then its answer is the end of the connection. */
async function startCuttingProxy(statement: string) {
  const server = createServer((client) => {
    const upstream = connect(shared);
    let cut = false;
    client.on('data', (bytes) => {
      cut ||= bytes.includes(statement);
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (cut) client.destroy();
      else client.write(bytes);
    });
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, stop: () => server.close() };
}

function signIn(port: number, name: string, password: string) {
  // Only without TLS can the proxy see which statement it is.
  return new RedshiftAdmin({ tls: { mode: 'disable' } }).signIn({
    address: { ...addressOf(database()), host: '127.0.0.1', port },
    user: name,
    password: new Sensitive(password),
    connectTimeoutMs: 10_000,
    statementTimeoutMs: 10_000,
  });
}

it('a password may be changed although the answer is lost; signing in tells', async () => {
  await run(database().client, `CREATE USER ${user} PASSWORD 'old'`);
  const proxy = await startCuttingProxy('ALTER USER');
  const { username, password } = shared.superuser;
  const outcome = await signIn(proxy.port, username, password);
  if (outcome.kind === 'refused') throw new Error('refused');
  const change = outcome.session.setPassword({
    user,
    password: new Sensitive('Baa-1.Black_Sheep'),
  });

  await expect(change).rejects.toMatchObject({
    code: 'KEYTURN_DATABASE_CONNECTION_LOST',
    retryable: true,
  });
  await outcome.session.close();
  proxy.stop();
  const after = await signIn(shared.port, user, 'Baa-1.Black_Sheep');
  expect(after.kind).toBe('accepted');
  if (after.kind === 'accepted') await after.session.close();
});
