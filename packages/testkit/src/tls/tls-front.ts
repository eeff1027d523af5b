import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { TestCertificate } from './test-ca.js';

/** Where a TLS front stands and what it shows; see {@link startTlsFront}. */
export interface TlsFrontOptions {
  /** The certificate it shows. */
  readonly certificate: TestCertificate;
  /** The Postgres server behind it, which must also accept connections without TLS. */
  readonly to: { readonly host: string; readonly port: number };
}

/** A running TLS front. */
export interface TlsFront {
  /** Its port on 127.0.0.1. */
  readonly port: number;
  /** Closes it and every connection through it. */
  stop(): Promise<void>;
}

/**
 * Stands in front of a Postgres server with a certificate of the caller's choice (wrong host, expired, unknown
 * CA), so that a test about certificates needs no server of its own. Listens on 127.0.0.1.
 */
export async function startTlsFront({ certificate, to }: TlsFrontOptions): Promise<TlsFront> {
  const secureContext = createSecureContext({
    cert: certificate.certificate,
    key: certificate.key,
  });
  const open = new Set<Socket>();
  const track = (socket: Socket) => {
    open.add(socket);
    // A refused certificate ends in an error here; the client is the one who reports it.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
    return socket;
  };

  const server = createServer((socket) => {
    track(socket);
    // The first message is always the 8 bytes of SSLRequest.
    socket.once('data', () => {
      socket.write('S');
      const secure = track(new TLSSocket(socket, { isServer: true, secureContext }));
      const upstream = track(connect(to));
      secure.pipe(upstream).pipe(secure);
      secure.on('close', () => upstream.destroy());
      upstream.on('close', () => secure.destroy());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      server.close();
      for (const socket of open) socket.destroy();
      await once(server, 'close');
    },
  };
}
