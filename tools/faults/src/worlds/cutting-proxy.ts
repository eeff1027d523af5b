import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Where to cut: at the n-th exchange, which is what the client sends before the server answers again. */
export interface Cut {
  readonly exchange: number;
  /** `before`: the server never gets it. `after`: the server acts on it, and its answer is lost. */
  readonly when: 'before' | 'after';
}

/** A stretch of network between a function and its database. */
export interface CuttingProxy {
  readonly port: number;
  /** Cuts one connection, counting the exchanges of all connections from now on. Returns whether it has happened. */
  arm(cut: Cut): () => boolean;
  /** Connections that are open now. */
  readonly open: number;
  close(): Promise<void>;
}

/** Starts one on 127.0.0.1. The connections must not be encrypted, or a cut could not be told from the next. */
export async function startCuttingProxy(target: {
  readonly host: string;
  readonly port: number;
}): Promise<CuttingProxy> {
  let armed: Cut | undefined;
  let exchanges = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target.port, target.host);
    const both = [client, upstream];
    const end = (): void => both.forEach((socket) => socket.destroy());
    let clientSpoke = false;
    let loseAnswer = false;
    sockets.add(client);
    for (const socket of both) {
      socket.setNoDelay(true);
      socket.on('error', end);
    }
    client.on('data', (data) => {
      if (!clientSpoke) exchanges += 1;
      const due = !clientSpoke && armed?.exchange === exchanges ? armed : undefined;
      clientSpoke = true;
      if (due === undefined) return void upstream.write(data);
      armed = undefined;
      if (due.when === 'before') return end();
      loseAnswer = true;
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      clientSpoke = false;
      if (loseAnswer) end();
      else client.write(data);
    });
    client.on('close', () => {
      sockets.delete(client);
      upstream.end();
    });
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get open() {
      return sockets.size;
    },
    arm(cut) {
      exchanges = 0;
      armed = cut;
      return () => armed !== cut;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
