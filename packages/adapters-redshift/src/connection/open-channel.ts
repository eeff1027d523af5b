import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { DatabaseAddress } from '@keyturn/core';
import { ChannelError, type ChannelProblem, type SignInPhase } from './channel-error.js';
import type { KeptSession } from './tls-session.js';
import type { TlsPlan } from './tls-settings.js';

/** PostgreSQL's SSLRequest: length 8, code 80877103. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** Where to, how secured, and until when. */
export interface ChannelRequest {
  readonly address: DatabaseAddress;
  /** Undefined for no TLS. */
  readonly tls: TlsPlan | undefined;
  /** Ends the attempt at any point. */
  readonly deadline: AbortSignal;
}

/**
 * Opens a socket and, unless TLS is off, secures it before a single byte about any user is sent. A TLS session with
 * the same server is resumed. Reads no environment variable.
 * @throws ChannelError; nothing is left open then
 */
export async function openChannel(request: ChannelRequest): Promise<Socket> {
  const offered = request.tls?.session.offer();
  try {
    return await open(request, offered);
  } catch (error) {
    const insecure = error instanceof ChannelError && error.problem === 'tls';
    if (offered === undefined || !insecure) throw error;
    // Something there may not understand sessions, so begin anew, with everything verified.
    request.tls?.session.refuse();
    return open(request, undefined);
  }
}

async function open(
  { address, tls, deadline }: ChannelRequest,
  offered: KeptSession | undefined,
): Promise<Socket> {
  const socket = connect({ host: address.host, port: address.port });
  let secured: TLSSocket | undefined;
  // Between two awaits nobody else listens, and an unheard error would end the process.
  socket.on('error', () => undefined);
  try {
    await until(socket, 'connect', 'connecting', 'network', deadline);
    if (tls === undefined) return socket;
    socket.write(SSL_REQUEST);
    const answer = await until(socket, 'data', 'securing', 'network', deadline);
    demandTls(answer);
    secured = connectTls({ ...tls.options, socket, ...(offered && { session: offered.session }) });
    secured.on('error', () => undefined);
    const keep = keepSessions(secured, tls, offered);
    await until(secured, 'secureConnect', 'securing', 'tls', deadline);
    keep();
    return secured;
  } catch (error) {
    secured?.destroy();
    socket.destroy();
    throw error;
  }
}

/** Keeps what the server sends to resume from; what comes before the certificate is verified, only after that. */
function keepSessions(
  socket: TLSSocket,
  { session }: TlsPlan,
  offered: KeptSession | undefined,
): () => void {
  let early: Buffer | undefined;
  let verified = false;
  const keep = (ticket: Buffer) =>
    session.keep(ticket, socket.isSessionReused() ? offered : undefined);
  socket.on('session', (ticket) => {
    if (verified) keep(ticket);
    else early = ticket;
  });
  return () => {
    verified = true;
    if (early !== undefined) keep(early);
  };
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
