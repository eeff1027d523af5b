import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { admitRequest } from './admit-request.js';
import { createOwnHosts } from './own-hosts.js';
import { errorReply, type Reply } from './reply.js';

/** More than the largest request: a value of 64 KiB, escaped, and its surroundings. */
const MAX_BODY_BYTES = 1_000_000;

/** Whether there is a Host header is looked at with the rest, so that every refusal reads alike. */
const SERVER_OPTIONS = { keepAliveTimeout: 60_000, requireHostHeader: false };

/** Answers one request, whose `url` is a path. Never rejects. */
export type RequestHandler = (request: IncomingMessage, body: string) => Promise<Reply | 'drop'>;

/** A listening server. */
export interface HttpFront {
  readonly port: number;
  readonly endpoint: string;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
}

/** Where to listen, and to which names to answer. */
export interface ListenOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Host names and addresses to answer to besides this machine's own. Default: none. */
  readonly allowHosts?: readonly string[];
}

/**
 * Listens and answers requests for this machine's own hosts; any other gets 403 before its body is read, as do requests
 * of web pages.
 *
 * @throws TypeError for an allowed host that is none, and the error of `listen`, such as EADDRINUSE.
 */
export async function listen(
  { host, port, allowHosts }: ListenOptions,
  handle: RequestHandler,
): Promise<HttpFront> {
  const hosts = createOwnHosts(host, allowHosts);
  // Node hands on what was sent behind a refused request, although the connection ends with that.
  const refused = new WeakSet<object>();
  const server = createServer(SERVER_OPTIONS, (request, response) => {
    if (refused.has(request.socket)) return;
    const admission = admitRequest(request, hosts);
    if (admission.kind === 'refused') {
      refused.add(request.socket);
      refuse(request, response, admission.reason);
      return;
    }
    request.url = admission.path;
    readBody(request, (body) => {
      const reply = body === undefined ? Promise.resolve(tooLarge()) : handle(request, body);
      void reply.then((answer) => send(response, answer)).catch(() => response.destroy());
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const shownHost = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    port: address.port,
    endpoint: `http://${shownHost}:${address.port}`,
    close: () => close(server),
  };
}

function readBody(request: IncomingMessage, done: (body: string | undefined) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  });
  request.on('end', () =>
    done(size <= MAX_BODY_BYTES ? Buffer.concat(chunks).toString('utf8') : undefined),
  );
  request.on('error', () => undefined);
}

/** What else comes over this connection is not listened to. */
function refuse(request: IncomingMessage, response: ServerResponse, reason: string): void {
  request.resume();
  response.setHeader('connection', 'close');
  send(response, errorReply('AccessDeniedException', reason, 403));
}

function send(response: ServerResponse, reply: Reply | 'drop'): void {
  if (reply === 'drop') {
    response.destroy();
    return;
  }
  response.writeHead(reply.status, {
    'content-type': reply.contentType ?? 'application/x-amz-json-1.1',
    'content-length': Buffer.byteLength(reply.body),
    ...(reply.requestId === undefined ? {} : { 'x-amzn-requestid': reply.requestId }),
  });
  response.end(reply.body);
}

const tooLarge = () =>
  errorReply('RequestEntityTooLargeException', 'The request is too large.', 413);

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
