import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { text } from 'node:stream/consumers';

/** What stands in every text that comes from elsewhere: it clears the screen, and says that all is well. */
export const EVIL =
  '\u001b[2J\u001b[31mRED\u001b[0m\u001b]0;title\u0007\b\r\nGo ahead?\u0000\u0085\u009b31m\u007f\t' +
  '\u061c\u202e\u2066\u200b\u200d\ufeff\u2028\u2029\u{e0041}\u00ad\u3164\ufe0f\ud800!';

/** How its beginning has to look where it is printed. */
export const EVIL_SHOWN = '\\u{1b}[2J\\u{1b}[31mRED\\u{1b}[0m';

/** What the service answers to each operation; an error where it has a `__type`. */
export type Answers = Readonly<Record<string, (input: Record<string, unknown>) => object>>;

/** A Secrets Manager that may say whatever it likes, until it is closed. */
export async function startHostileService(answers: Answers) {
  const server = createServer((request: IncomingMessage, response) => {
    void text(request).then((body) => {
      const operation = String(request.headers['x-amz-target']).replace('secretsmanager.', '');
      const answer = answers[operation]?.(JSON.parse(body) as Record<string, unknown>) ?? {
        __type: 'InvalidRequestException',
        message: `${operation}: ${EVIL}`,
      };
      response.writeHead('__type' in answer ? 400 : 200, {
        'content-type': 'application/x-amz-json-1.1',
      });
      response.end(JSON.stringify(answer));
    });
  });
  return { endpoint: `http://127.0.0.1:${await listen(server)}`, close: () => void server.close() };
}

/** A database server that refuses everybody, in its own words. */
export async function startHostileDatabase(sqlState: string) {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      const fields = Buffer.from(`SFATAL\0C${sqlState}\0M${EVIL.replaceAll('\0', '')}\0\0`);
      const head = Buffer.alloc(5, 'E');
      head.writeUInt32BE(fields.length + 4, 1);
      socket.end(Buffer.concat([head, fields]));
    });
  });
  return { port: await listen(server), close: () => void server.close() };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
