import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { Sensitive, type DatabaseAddress } from '@keyturn/core';
import { createTestCa, startTlsFront, type TestCa, type TlsFront } from '@keyturn/testkit/tls';
import { openChannel } from '../../src/connection/open-channel.js';
import { pgSessions } from '../../src/connection/open-session.js';
import { prepareTls, type TlsPlanFor } from '../../src/connection/tls-settings.js';
import { shared, tls } from '../support/test-server.js';

let ca: TestCa;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  ca = await createTestCa();
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

/** The shared server behind a TLS server that lets clients resume, unlike PostgreSQL's own. */
async function frontFor(request: Parameters<TestCa['issue']>[0]): Promise<TlsFront> {
  const front = await startTlsFront({ certificate: await ca.issue(request), to: shared });
  stops.push(() => front.stop());
  return front;
}

const at = (host: string, { port }: { readonly port: number }): DatabaseAddress => ({
  host,
  port,
  database: shared.database,
});

/** A whole sign-in, in which the server sends what a session is resumed with. */
async function signIn(tlsFor: TlsPlanFor, address: DatabaseAddress): Promise<void> {
  const session = await pgSessions(tlsFor)({
    address,
    user: shared.superuser.username,
    password: new Sensitive(shared.superuser.password),
    connectTimeoutMs: 10_000,
    statementTimeoutMs: 10_000,
  });
  if (session === 'refused') throw new Error('refused');
  await session.close();
}

/** Whether the next connection resumes. */
async function resumes(tlsFor: TlsPlanFor, address: DatabaseAddress): Promise<boolean> {
  const deadline = AbortSignal.timeout(10_000);
  const socket = await openChannel({ address, tls: tlsFor(address), deadline });
  const reused = (socket as TLSSocket).isSessionReused();
  socket.destroy();
  return reused;
}

const MINUTE = 60_000;

describe('a TLS session', () => {
  it('is resumed by the next connection to the same server, which signs in over it', async () => {
    const address = at('127.0.0.1', await frontFor({ ips: ['127.0.0.1'] }));
    const tlsFor = prepareTls({ ca: ca.certificate });

    expect(await resumes(tlsFor, address)).toBe(false);
    await signIn(tlsFor, address);
    expect(await resumes(tlsFor, address)).toBe(true);
    await signIn(tlsFor, address);
  });

  it('is never used for another name of the same server', async () => {
    const front = await frontFor({ ips: ['127.0.0.1'] });
    const tlsFor = prepareTls({ ca: ca.certificate });
    await signIn(tlsFor, at('127.0.0.1', front));

    await expect(signIn(tlsFor, at('localhost', front))).rejects.toMatchObject({
      code: 'KEYTURN_DATABASE_TLS',
    });
  });

  it('is never used under other settings: not by a stricter mode, and not with another authority', async () => {
    const address = at('127.0.0.1', await frontFor({ names: ['db.example'] }));
    const lax = prepareTls({ mode: 'verify-ca', ca: ca.certificate });
    await signIn(lax, address);
    expect(await resumes(lax, address)).toBe(true);

    const stranger = await createTestCa('somebody else');
    for (const strict of [
      prepareTls({ ca: ca.certificate }),
      prepareTls({ mode: 'verify-ca', ca: stranger.certificate }),
    ]) {
      await expect(signIn(strict, address)).rejects.toMatchObject({ code: 'KEYTURN_DATABASE_TLS' });
    }
  });

  it('keeps apart what the secrets say about one server', async () => {
    const address = at('127.0.0.1', await frontFor({ ips: ['127.0.0.1'] }));
    const tlsFor = prepareTls({ mode: 'disable', ca: ca.certificate });
    const lifted = { ...address, ssl: true };
    await signIn(tlsFor, lifted);

    expect(await resumes(tlsFor, lifted)).toBe(true);
    expect(tlsFor(address)).toBeUndefined();
  });

  it('ends after five minutes, however often it was resumed, so that the certificate is seen again', async () => {
    let now = 1_000;
    const address = at('127.0.0.1', await frontFor({ ips: ['127.0.0.1'] }));
    const tlsFor = prepareTls({ ca: ca.certificate }, () => now);
    await signIn(tlsFor, address);
    for (let minute = 1; minute < 5; minute++) {
      now += MINUTE;
      expect(await resumes(tlsFor, address)).toBe(true);
      await signIn(tlsFor, address);
    }

    now += MINUTE;
    expect(await resumes(tlsFor, address)).toBe(false);
  });

  it('ends where the clock was put back', async () => {
    let now = 10 * MINUTE;
    const address = at('127.0.0.1', await frontFor({ ips: ['127.0.0.1'] }));
    const tlsFor = prepareTls({ ca: ca.certificate }, () => now);
    await signIn(tlsFor, address);
    now = 0;

    expect(await resumes(tlsFor, address)).toBe(false);
  });

  it('is given up for good where something on the way breaks at it', async () => {
    const front = await frontFor({ ips: ['127.0.0.1'] });
    let connections = 0;
    const proxy = createServer((socket) => {
      const onward = connect(front.port, '127.0.0.1');
      const second = (connections += 1) === 2;
      socket.on('error', () => undefined).on('close', () => onward.destroy());
      onward.on('error', () => undefined).on('close', () => socket.destroy());
      onward.pipe(socket);
      // The request for TLS goes through, and what follows it does not.
      socket.on('data', (bytes) => {
        if (second && bytes.length > 8) socket.destroy();
        else onward.write(bytes);
      });
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    stops.push(async () => {
      proxy.close();
      await once(proxy, 'close');
    });
    const address = at('127.0.0.1', proxy.address() as AddressInfo);
    const tlsFor = prepareTls({ ca: ca.certificate });
    await signIn(tlsFor, address);

    expect(await resumes(tlsFor, address)).toBe(false);
    expect(connections).toBe(3);
    await signIn(tlsFor, address);
    expect(await resumes(tlsFor, address)).toBe(false);
  });

  it('is not missed by a server that sends none', async () => {
    const tlsFor = prepareTls(tls);
    await signIn(tlsFor, at(shared.host, shared));
    await signIn(tlsFor, at(shared.host, shared));
  });
});
