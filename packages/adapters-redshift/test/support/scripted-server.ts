import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A server that does as a test says, on 127.0.0.1. */
export interface ScriptedServer {
  readonly port: number;
  /** All that clients have sent, as text. */
  received(): string;
  stop(): Promise<void>;
}

/** Starts one; `script` is called for every connection, `reply` for every piece of bytes that arrives. */
export async function startScriptedServer(
  reply: (socket: Socket, bytes: Buffer, nth: number) => void,
  greet: (socket: Socket) => void = () => undefined,
): Promise<ScriptedServer> {
  const open = new Set<Socket>();
  let received = '';
  const server = createServer((socket) => {
    let count = 0;
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      reply(socket, bytes, (count += 1));
    });
    greet(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received: () => received,
    async stop() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** One message of the PostgreSQL protocol. */
export function message(type: string, ...parts: readonly (string | number | Buffer)[]): Buffer {
  const body = Buffer.concat(parts.map(encode));
  return Buffer.concat([Buffer.from(type), encode(body.length + 4), body]);
}

function encode(part: string | number | Buffer): Buffer {
  if (typeof part === 'string') return Buffer.from(`${part}\0`);
  if (typeof part !== 'number') return part;
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(part);
  return bytes;
}

/** Authentication requests, by what they ask for. */
export const ASKS = {
  nothing: message('R', 0),
  clearText: message('R', 3),
  md5: message('R', 5, Buffer.from('salt')),
  gss: message('R', 7),
  /** Redshift's own: algorithm, salt, nonce of the server. */
  sha256: message('R', 13, 0, 4, Buffer.from('salt'), 4, Buffer.from('once')),
};
export const READY = message('Z', Buffer.from('I'));
/** The answer to SET. */
export const SET_DONE = Buffer.concat([message('C', 'SET'), READY]);

/** Plays the beginning of a session: signs anybody in by md5 and lets the time-out be set, then calls `then`. */
export function afterSignIn(then: (socket: Socket) => void) {
  return (socket: Socket, _bytes: Buffer, nth: number): void => {
    if (nth === 1) socket.write(ASKS.md5);
    else if (nth === 2) socket.write(Buffer.concat([ASKS.nothing, READY]));
    else if (nth === 3) socket.write(SET_DONE);
    else then(socket);
  };
}
