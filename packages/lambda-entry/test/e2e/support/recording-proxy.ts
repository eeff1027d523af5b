import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** One request as it went by. */
export interface RecordedRequest {
  readonly operation: string;
  readonly body: string;
}

/** Stands before a local Secrets Manager, whose own log leaves out what is secret, and writes down every request. */
export async function startRecordingProxy(endpoint: string) {
  const requests: RecordedRequest[] = [];
  let connections = 0;
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const body = await buffer(incoming);
      const target = String(incoming.headers['x-amz-target']);
      requests.push({ operation: target.replace(/^.*\./, ''), body: body.toString() });
      const { method, headers } = incoming;
      const onward = request(new URL(incoming.url ?? '/', endpoint), { method, headers } as object);
      onward.end(body);
      const [answer] = (await once(onward, 'response')) as [IncomingMessage];
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    })();
  });
  // Longer than any test, so that only the client decides how long it keeps a connection.
  server.keepAliveTimeout = 60_000;
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    /** How many connections clients have opened so far. */
    connections: () => connections,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
