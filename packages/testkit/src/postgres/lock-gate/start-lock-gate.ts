import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { LockRule } from '../../fakes/lock-rule.js';
import { GateConnection } from './gate-connection.js';
import { LockBook } from './lock-book.js';

/** Where a lock gate stands and what it enforces; see {@link startLockGate}. */
export interface LockGateOptions {
  /** The server behind it, reached without TLS. */
  readonly to: { readonly host: string; readonly port: number };
  readonly rule: LockRule;
  /** Users that are never locked, such as the cluster's admin user. Default: none. */
  readonly exempt?: readonly string[];
}

/** A running lock gate. */
export interface LockGate {
  /** Its port on 127.0.0.1. */
  readonly port: number;
  /** What it remembers; the rule may be exchanged at any time. */
  readonly book: LockBook;
  close(): Promise<void>;
}

/**
 * Stands in front of a PostgreSQL server and locks users after wrong passwords, as Redshift does since patch 204.
 * `SHOW USER LOCKOUT`, `SHOW max_failed_login_attempts`, `ALTER USER ... LOGIN PASSWORD` and `... NOLOGIN` work through
 * it, in simple queries of their own. What goes through it is not encrypted. Listens on 127.0.0.1.
 */
export async function startLockGate({ to, rule, exempt = [] }: LockGateOptions): Promise<LockGate> {
  const book = new LockBook(rule, exempt);
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(to.port, to.host);
    const gate = new GateConnection(client, upstream, book);
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      open.add(socket);
      socket.on('error', () => gate.end());
      socket.on('close', () => {
        open.delete(socket);
        gate.end();
      });
    }
    client.on('data', (data) => gate.fromClient(data));
    upstream.on('data', (data) => gate.fromServer(data));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    book,
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
