import { inspect } from 'node:util';
import { Sensitive, type DatabaseError } from '@keyturn/core';
import { RedshiftAdmin } from '../src/index.js';
import {
  dribble,
  endless,
  headerOnly,
  inTurn,
  nonceIn,
  onFirst,
  row,
  said,
  SCRAM,
  type Script,
} from './support/hostile-scripts.js';
import {
  afterSignIn,
  ASKS,
  message,
  READY,
  startScriptedServer,
  type ScriptedServer,
} from './support/scripted-server.js';

const PASSWORD = 'Baa-1.Black_Sheep';
const servers: ScriptedServer[] = [];
beforeAll(() => import('pg'));
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function start(script: Script): Promise<ScriptedServer> {
  const server = await startScriptedServer(script);
  servers.push(server);
  return server;
}

/** Longer than a test may take, unless the time-out is what is looked at. */
const PATIENCE = 60_000;

async function outcomeAt({ port }: ScriptedServer, connectTimeoutMs = PATIENCE) {
  const outcome = await new RedshiftAdmin({ tls: { mode: 'disable' } }).signIn({
    address: { host: '127.0.0.1', port, database: 'dev' },
    user: 'sheep',
    password: new Sensitive(PASSWORD),
    connectTimeoutMs,
    statementTimeoutMs: PATIENCE,
  });
  if (outcome.kind === 'accepted') await outcome.session.close();
  return outcome.kind;
}

/** What a hostile server comes to, while another secret's server is signed in to. */
async function besides(script: Script, connectTimeoutMs?: number) {
  const [hostile, honest] = [await start(script), await start(afterSignIn(() => undefined))];
  const [error, neighbor] = await Promise.all([
    outcomeAt(hostile, connectTimeoutMs).catch((thrown: unknown) => thrown as DatabaseError),
    outcomeAt(honest),
  ]);
  expect(neighbor).toBe('accepted');
  expect(hostile.received()).not.toContain(PASSWORD);
  expect(inspect(error, { depth: null, showHidden: true })).not.toContain(PASSWORD);
  return error;
}

/** SCRAM up to the server's first message, with that number of iterations. */
const withIterations =
  (iterations: string): Script =>
  (socket, bytes, nth) => {
    if (nth === 1) socket.write(SCRAM.ask);
    if (nth === 2) socket.write(SCRAM.continue(`${nonceIn(bytes)}server`, iterations));
  };

const flood =
  (first: Buffer, piece: Buffer): Script =>
  (socket, _, nth) => {
    if (nth === 1) socket.write(first);
    if (nth === (first.length === 0 ? 1 : 2)) endless(socket, piece);
  };
const NOTHING = Buffer.alloc(0);
const status = message('S', 'TimeZone', 'UTC');
const OK = ASKS.nothing;

describe('4: a server takes an honest way of signing in, once, or is left at once with an error of its own', () => {
  it.each<[string, Script]>([
    ['asks for md5 twice', inTurn(ASKS.md5)],
    ['asks for md5 twice in one go', onFirst(ASKS.md5, ASKS.md5)],
    ['lets in before the answer to md5', onFirst(ASKS.md5, OK, READY)],
    ['asks for md5 with a salt that is too long', onFirst(message('R', 5, Buffer.alloc(400)))],
    ['asks for md5 with no salt', onFirst(message('R', 5))],
    ['asks for md5 and then for SCRAM', inTurn(ASKS.md5, SCRAM.ask)],
    ['asks for SCRAM and then for md5', inTurn(SCRAM.ask, ASKS.md5)],
    ['asks for SCRAM again and again', inTurn(SCRAM.ask)],
    ['goes on with SCRAM that it did not begin', onFirst(SCRAM.continue('x', '1'))],
    ['goes on with SCRAM before the answer', onFirst(SCRAM.ask, SCRAM.continue('x', '1'))],
    [
      'goes on with SCRAM for ever',
      (socket, bytes, nth) => {
        if (nth === 1) socket.write(SCRAM.ask);
        else endless(socket, SCRAM.continue(`${nonceIn(bytes)}server`, '1'));
      },
    ],
    ['ends SCRAM that it did not begin', onFirst(SCRAM.final())],
    ['ends SCRAM without going on with it', inTurn(SCRAM.ask, SCRAM.final())],
    [
      'ends SCRAM twice',
      (socket, bytes, nth) => {
        if (nth === 1) socket.write(SCRAM.ask);
        else if (nth === 2) socket.write(SCRAM.continue(`${nonceIn(bytes)}server`, '1'));
        else socket.write(Buffer.concat([SCRAM.final(), SCRAM.final()]));
      },
    ],
    [
      'does not know the password that it should',
      (socket, bytes, nth) => {
        if (nth === 1) socket.write(SCRAM.ask);
        else if (nth === 2) socket.write(SCRAM.continue(`${nonceIn(bytes)}server`, '1'));
        else socket.write(Buffer.concat([SCRAM.final(), OK, READY]));
      },
    ],
    ['makes its own nonce', inTurn(SCRAM.ask, SCRAM.continue('mine', '1'))],
    ['lists methods without end', onFirst(message('R', 10, 'X'.repeat(5000), Buffer.alloc(1)))],
    ['does not close its list of methods', onFirst(message('R', 10, Buffer.from('SCRAM')))],
    ['goes on with SCRAM at length', inTurn(SCRAM.ask, message('R', 11, Buffer.alloc(5000, 'x')))],
    ['cuts a request off', onFirst(message('R', Buffer.alloc(2)))],
    ['asks anew once it has let in', inTurn(ASKS.md5, Buffer.concat([OK, ASKS.md5]))],
    ['lets in twice', inTurn(ASKS.md5, Buffer.concat([OK, OK, READY]))],
    ['wants 100,001 iterations', withIterations('100001')],
    ['wants 2,147,483,647 iterations', withIterations('2147483647')],
    ['wants more iterations than there are numbers', withIterations('9'.repeat(400))],
    ['wants few iterations and then many', withIterations('1,i=99999999')],
    ['wants no iterations', withIterations('0')],
    ['wants fewer iterations than none', withIterations('-1')],
    ['writes iterations with an exponent', withIterations('1e9')],
    ['writes iterations with a sign', withIterations('+99999999')],
    ['writes iterations behind a space', withIterations(' 99999999')],
    ['writes iterations in another script', withIterations('٩٩٩٩٩٩٩٩٩')],
    ['writes iterations in hexadecimal digits', withIterations('0x7fffffff')],
    ['lists no method', onFirst(message('R', 10, Buffer.alloc(1)))],
    [
      'lists a method that it binds to TLS alone',
      onFirst(message('R', 10, 'SCRAM-SHA-256-PLUS', Buffer.alloc(1))),
    ],
    [
      'lists 1,000 methods that nobody knows',
      onFirst(message('R', 10, ...Array<string>(1000).fill('X'), Buffer.alloc(1))),
    ],
    [
      'ends SCRAM with another error than its own',
      inTurn(SCRAM.ask, message('R', 12, Buffer.from('e=other-error'))),
    ],
    ['raises notices without end before it asks', flood(NOTHING, said('N', 'x'))],
    ['raises long notices without end', flood(NOTHING, said('N', 'x'.repeat(60_000)))],
    ['raises notices without end once it has let in', flood(ASKS.md5, said('N', 'x'))],
    ['reports its parameters without end', flood(ASKS.md5, Buffer.concat([status]))],
    [
      'reports its parameters without end once it has let in',
      (socket, _, nth) => {
        if (nth === 1) socket.write(ASKS.md5);
        if (nth === 2) socket.write(OK);
        if (nth === 2) endless(socket, status);
      },
    ],
    [
      'gives keys to cancel with without end',
      (socket, _, nth) => {
        if (nth === 1) socket.write(ASKS.md5);
        if (nth === 2) socket.write(OK);
        if (nth === 2) endless(socket, message('K', 1, 2));
      },
    ],
    ['reports a parameter before it lets in', inTurn(ASKS.md5, status)],
    ['gives rows before it lets in', inTurn(ASKS.md5, row('x'))],
    ['gives rows before it is ready', inTurn(ASKS.md5, Buffer.concat([OK, row('x')]))],
    ['announces a notice of 1 GB', inTurn(ASKS.md5, headerOnly('N', 1_073_741_824))],
    ['announces an error of 4 GB', inTurn(ASKS.md5, headerOnly('E', 4_294_967_295))],
    ['announces a notice of 65,537 bytes', inTurn(ASKS.md5, headerOnly('N', 65_536))],
    ['sends a message without a length', inTurn(ASKS.md5, headerOnly('N', 3))],
    ['sends a notice that does not end', inTurn(ASKS.md5, message('N', Buffer.from('Sx')))],
    ['sends an error of nothing', inTurn(ASKS.md5, message('E'))],
    [
      'reports a parameter that does not end',
      inTurn(ASKS.md5, Buffer.concat([OK, message('S', Buffer.from('x'))])),
    ],
    ['invents a message', inTurn(ASKS.md5, message('?'))],
  ])('one that %s', async (_, script) => {
    expect(await besides(script)).toMatchObject({
      name: 'DatabaseError',
      code: 'KEYTURN_DATABASE_PROTOCOL',
      retryable: false,
    });
  });

  it.each<[string, Script]>([
    ['asks by Kerberos', onFirst(message('R', 2))],
    [
      'asks by GSS and goes on with it',
      onFirst(message('R', 7), message('R', 8, Buffer.alloc(60))),
    ],
    ['asks by SSPI', onFirst(message('R', 9))],
    ['asks by a number below none', onFirst(message('R', -1))],
  ])('one that %s, which is no way of ours', async (_, script) => {
    const error = (await besides(script)) as DatabaseError;
    expect(error).toMatchObject({ name: 'DatabaseError', code: 'KEYTURN_DATABASE_REFUSED' });
    expect(error.message).toMatch(/authentication request \d+/);
  });

  it.each<[string, Script]>([
    ['a request', (socket, _, nth) => nth === 1 && dribble(socket, headerOnly('R', 60_000))],
    ['a notice', (socket, _, nth) => nth === 1 && dribble(socket, said('N', 'x'.repeat(60_000)))],
    [
      'notices without end',
      (socket, _, nth) =>
        nth === 1 && dribble(socket, Buffer.concat(Array<Buffer>(900).fill(said('N', 'x')))),
    ],
  ])('one that dribbles %s runs into the time-out', async (_, script) => {
    expect(await besides(script, 300)).toMatchObject({ code: 'KEYTURN_DATABASE_TIMEOUT' });
  });

  it('and an honest one is not disturbed by being cut into single bytes', async () => {
    const scripted = afterSignIn(() => undefined);
    const server = await start((socket, bytes, nth) => {
      const pieces: Buffer[] = [];
      scripted({ write: (piece: Buffer) => pieces.push(piece) } as never, bytes, nth);
      dribble(socket, Buffer.concat(pieces));
    });

    expect(await outcomeAt(server)).toBe('accepted');
  });
});
