import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { DatabaseAddress } from '@keyturn/core';
import { ChannelError, type ChannelProblem, type SignInPhase } from './channel-error.js';

/** PostgreSQL's SSLRequest: length 8, code 80877103. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** Where to, how secured, and until when. */
export interface ChannelRequest {
  readonly address: DatabaseAddress;
  /** Undefined for no TLS. */
  readonly tls: ConnectionOptions | undefined;
  /** Ends the attempt at any point. */
  readonly deadline: AbortSignal;
}

/**
 * Opens a socket and, unless TLS is off, secures it before a single byte about any user is sent. Reads no
 * environment variable.
 * @throws ChannelError; nothing is left open then
 */
export async function openChannel({ address, tls, deadline }: ChannelRequest): Promise<Socket> {
  const socket = connect({ host: address.host, port: address.port });
  let secured: Socket | undefined;
  // Between two awaits nobody else listens, and an unheard error would end the process.
  socket.on('error', () => undefined);
  try {
    await until(socket, 'connect', 'connecting', 'network', deadline);
    if (tls === undefined) return socket;
    socket.write(SSL_REQUEST);
    const answer = await until(socket, 'data', 'securing', 'network', deadline);
    demandTls(answer);
    secured = connectTls({ ...tls, socket });
    secured.on('error', () => undefined);
    await until(secured, 'secureConnect', 'securing', 'tls', deadline);
    return secured;
  } catch (error) {
    secured?.destroy();
    socket.destroy();
    throw error;
  }
}

async function until(
  socket: Socket,
  event: string,
  phase: SignInPhase,
  problem: ChannelProblem,
  deadline: AbortSignal,
): Promise<unknown> {
  const closed = new AbortController();
  const close = () => closed.abort();
  socket.once('close', close);
  try {
    const signal = AbortSignal.any([deadline, closed.signal]);
    const [value] = (await once(socket, event, { signal })) as [unknown];
    return value;
  } catch (error) {
    if (deadline.aborted) throw new ChannelError('timeout', phase);
    if (closed.signal.aborted) throw new ChannelError(problem, phase, 'the server hung up');
    throw new ChannelError(problem, phase, undefined, { cause: error });
  } finally {
    socket.off('close', close);
  }
}

/** The answer is one letter. More than that was put there by somebody in between, before TLS began. */
function demandTls(answer: unknown): void {
  const letter = String(answer);
  if (letter === 'S') return;
  // `E` opens the error of a server that does not know the request.
  if (letter === 'N' || letter.startsWith('E')) throw new ChannelError('no-tls', 'securing');
  throw new ChannelError('not-postgres', 'securing');
}
