import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorReply, type Reply } from './reply.js';

/** More than the largest request: a value of 64 KiB, escaped, and its surroundings. */
const MAX_BODY_BYTES = 1_000_000;

/** Answers one request. Never rejects. */
export type RequestHandler = (request: IncomingMessage, body: string) => Promise<Reply | 'drop'>;

/** A listening server. */
export interface HttpFront {
  readonly port: number;
  readonly endpoint: string;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
}

/** @throws the error of `listen`, such as EADDRINUSE. */
export async function listen(
  host: string,
  port: number,
  handle: RequestHandler,
): Promise<HttpFront> {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
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
