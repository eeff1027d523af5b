import { inspect } from 'node:util';
import fc from 'fast-check';
import { Sensitive, type DatabaseAddress } from '@keyturn/core';
import type { SignInOutcome } from '@keyturn/core/adapter';
import { RedshiftAdmin, type TlsSettings } from '../src/index.js';
import {
  afterSignIn,
  ASKS,
  message,
  startScriptedServer,
  type ScriptedServer,
} from './support/scripted-server.js';

const PASSWORD = 'Baa-1.Black_Sheep';
const PLAIN: TlsSettings = { mode: 'disable' };

const servers: ScriptedServer[] = [];
// So that loading the driver takes none of the short time-outs below.
beforeAll(() => import('pg'));
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function start(...script: Parameters<typeof startScriptedServer>) {
  const server = await startScriptedServer(...script);
  servers.push(server);
  return server;
}

function signIn(
  { port }: { port: number },
  tls: TlsSettings = PLAIN,
  { connectTimeoutMs = 5000, statementTimeoutMs = 5000, ...rest }: Partial<Limits> = {},
): Promise<SignInOutcome> {
  return new RedshiftAdmin({ tls }).signIn({
    address: { host: '127.0.0.1', port, database: 'dev', ...rest },
    user: 'sheep',
    password: new Sensitive(PASSWORD),
    connectTimeoutMs,
    statementTimeoutMs,
  });
}

type Limits = DatabaseAddress & { connectTimeoutMs: number; statementTimeoutMs: number };

async function sessionAt(server: ScriptedServer, limits?: Partial<Limits>) {
  const outcome = await signIn(server, PLAIN, limits);
  if (outcome.kind === 'refused') throw new Error('refused');
  return outcome.session;
}

describe('a server that lets nobody in', () => {
  const silence = () => undefined;
  const briefly = { connectTimeoutMs: 150 };

  it.each([
    ['accepts and never answers', silence, PLAIN, 'signing in'],
    ['accepts and never answers about TLS', silence, {}, 'securing'],
    ['offers TLS and never begins it', onFirst('S'), {}, 'securing'],
    ['asks for a password and never says more', onFirst(ASKS.md5), PLAIN, 'signing in'],
    ['begins a message and never ends it', onFirst(ASKS.md5.subarray(0, 7)), PLAIN, 'signing in'],
  ])('because it %s runs into the time-out', async (_, script, tls, phase) => {
    const server = await start(script);

    await expect(signIn(server, tls, briefly)).rejects.toMatchObject({
      code: 'KEYTURN_DATABASE_TIMEOUT',
      retryable: true,
      message: expect.stringMatching(
        `connecting to the database at \\S+ \\(while ${phase}\\)`,
      ) as unknown,
    });
  });

  it('because it never lets the time-out for statements be set runs into the time-out', async () => {
    const signsInAlone = Buffer.concat([ASKS.nothing, message('Z', Buffer.from('I'))]);
    const server = await start((socket, _, nth) => {
      if (nth < 3) socket.write(nth === 1 ? ASKS.md5 : signsInAlone);
    });

    await expect(signIn(server, PLAIN, briefly)).rejects.toMatchObject({
      code: 'KEYTURN_DATABASE_TIMEOUT',
    });
  });

  it.each([
    ['hangs up', PLAIN],
    ['hangs up instead of offering TLS', {}],
  ])('because it %s cannot be reached', async (_, tls) => {
    const server = await start((socket) => socket.end());

    await expect(signIn(server, tls)).rejects.toMatchObject({
      code: 'KEYTURN_DATABASE_UNREACHABLE',
      retryable: true,
    });
  });

  it('because it hangs up within the handshake is not trusted', async () => {
    const server = await start((socket, _, nth) => (nth === 1 ? socket.write('S') : socket.end()));

    await expect(signIn(server, {})).rejects.toMatchObject({ code: 'KEYTURN_DATABASE_TLS' });
  });
});

describe('a server that is none', () => {
  const http = 'HTTP/1.1 400 Bad Request\r\n\r\n';

  it.each([
    ['over a plain connection', PLAIN],
    ['asked for TLS', {}],
  ])('is told by its first answer, %s', async (_, tls) => {
    const server = await start(onFirst(http));

    await expect(signIn(server, tls)).rejects.toMatchObject({
      code: 'KEYTURN_DATABASE_UNREACHABLE',
      message: expect.stringContaining('does not speak the PostgreSQL protocol') as unknown,
    });
  });

  it('never ends the process, whatever it sends', async () => {
    const rubbish = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      // Right up to the last bytes, so that the driver gets to read them.
      fc
        .tuple(
          fc.constantFrom(ASKS.md5, ASKS.nothing, message('E', Buffer.from('S'))),
          fc.constantFrom('R', 'E', 'N', 'S', 'K', 'Z', 'T', 'D', 'v', '1'),
          fc.uint8Array({ maxLength: 12 }),
        )
        .map(([first, type, body]) => Buffer.concat([first, message(type, Buffer.from(body))])),
    );
    await fc.assert(
      fc.asyncProperty(rubbish, async (bytes) => {
        const server = await start((socket, _, nth) => (nth === 1 ? socket.end(bytes) : undefined));
        const outcome = signIn(server).then(
          ({ kind }) => kind,
          (error: { code: string }) => error.code,
        );
        expect(await outcome).toMatch(/^KEYTURN_DATABASE_|^refused$/);
        await servers.pop()?.stop();
      }),
      { numRuns: 60 },
    );
  });
});

describe('a server that wants the password in another way', () => {
  it.each([
    ['in clear text', ASKS.clearText, 'KEYTURN_DATABASE_CLEAR_TEXT'],
    ['as sha256', ASKS.sha256, 'KEYTURN_DATABASE_SHA256_USER'],
    ['by a ticket', ASKS.gss, 'KEYTURN_DATABASE_REFUSED'],
    ['not at all', ASKS.nothing, 'KEYTURN_DATABASE_REFUSED'],
  ])('%s gets nothing', async (_, request, code) => {
    const server = await start(onFirst(request));

    await expect(signIn(server)).rejects.toMatchObject({ code });
    expect(server.received()).toContain('sheep');
    expect(server.received()).not.toContain(PASSWORD);
  });

  it('in clear text, cut into single bytes, gets nothing', async () => {
    const server = await start((socket, _, nth) => {
      if (nth > 1) return;
      socket.setNoDelay(true);
      let at = 0;
      const next = () => {
        if (socket.destroyed || at >= ASKS.clearText.length) return;
        socket.write(ASKS.clearText.subarray(at, (at += 1)), () => setImmediate(next));
      };
      next();
    });

    await expect(signIn(server)).rejects.toMatchObject({ code: 'KEYTURN_DATABASE_CLEAR_TEXT' });
    expect(server.received()).not.toContain(PASSWORD);
  });

  it('after it has refused gets nothing', async () => {
    const no = message('E', 'SFATAL', 'C28P01', 'Mno', Buffer.alloc(1));
    const server = await start(onFirst(Buffer.concat([no, ASKS.clearText])));

    await expect(signIn(server)).rejects.toMatchObject({ code: 'KEYTURN_DATABASE_CLEAR_TEXT' });
    expect(server.received()).not.toContain(PASSWORD);
  });

  it('in the middle of a session gets nothing', async () => {
    const status = message('S', 'TimeZone', 'UTC');
    const server = await start(
      afterSignIn((socket) => {
        socket.write(status.subarray(0, 6));
        setImmediate(() => socket.write(Buffer.concat([status.subarray(6), ASKS.clearText])));
      }),
    );
    const session = await sessionAt(server);

    await expect(session.describeUser({ user: 'sheep' })).rejects.toMatchObject({
      code: 'KEYTURN_DATABASE_CONNECTION_LOST',
    });
    expect(server.received()).not.toContain(PASSWORD);
  });

  it('even after an honest request gets nothing', async () => {
    const server = await start((socket, _, nth) => {
      socket.write(nth === 1 ? ASKS.md5 : ASKS.clearText);
    });

    await expect(signIn(server)).rejects.toMatchObject({ code: 'KEYTURN_DATABASE_CLEAR_TEXT' });
    expect(server.received()).not.toContain(PASSWORD);
  });
});

describe('a server without TLS', () => {
  it.each([{}, { mode: 'verify-ca' }] as TlsSettings[])(
    'learns nothing about the user: %j',
    async (tls) => {
      const server = await start(onFirst('N'));

      await expect(signIn(server, tls)).rejects.toMatchObject({
        code: 'KEYTURN_DATABASE_TLS',
        message: expect.stringContaining('offers no TLS') as unknown,
      });
      expect(server.received()).toHaveLength(8);
    },
  );

  it('is not believed what it sends along with its offer of TLS', async () => {
    const server = await start(onFirst(Buffer.concat([Buffer.from('S'), ASKS.clearText])));

    await expect(signIn(server, {})).rejects.toMatchObject({
      code: 'KEYTURN_DATABASE_UNREACHABLE',
    });
    expect(server.received()).toHaveLength(8);
  });
});

describe('a server that fails a session', () => {
  const read = { user: 'sheep' };

  it('by dying within a statement: the connection is lost', async () => {
    const server = await start(afterSignIn((socket) => socket.destroy()));
    const session = await sessionAt(server);

    await expect(session.describeUser(read)).rejects.toMatchObject({
      code: 'KEYTURN_DATABASE_CONNECTION_LOST',
      retryable: true,
    });
    await expect(session.describeUser(read)).rejects.toMatchObject({
      code: 'KEYTURN_DATABASE_CONNECTION_LOST',
    });
    await session.close();
  });

  it('by dying between statements: the next one finds out', async () => {
    let connection: { destroy(): void } | undefined;
    const server = await start(
      afterSignIn(() => undefined),
      (socket) => (connection = socket),
    );
    const session = await sessionAt(server);
    connection?.destroy();

    await expect(session.describeUser(read)).rejects.toMatchObject({
      code: 'KEYTURN_DATABASE_CONNECTION_LOST',
    });
  });

  it('by never answering a statement: a time-out, and the connection is given up', async () => {
    const server = await start(afterSignIn(() => undefined));
    const session = await sessionAt(server, { statementTimeoutMs: 50 });

    await expect(session.describeUser(read)).rejects.toMatchObject({
      code: 'KEYTURN_DATABASE_TIMEOUT',
      retryable: true,
    });
    await expect(session.describeUser(read)).rejects.toMatchObject({
      code: 'KEYTURN_DATABASE_CONNECTION_LOST',
    });
  });

  it('by answering with rubbish: the connection is lost', async () => {
    const server = await start(
      afterSignIn((socket) => socket.write(message('D', Buffer.alloc(1)))),
    );
    const session = await sessionAt(server);

    await expect(session.describeUser(read)).rejects.toMatchObject({
      code: 'KEYTURN_DATABASE_CONNECTION_LOST',
    });
  });

  it('by not taking leave: closing ends all the same', async () => {
    const server = await start(afterSignIn(() => undefined));
    const session = await sessionAt(server);

    await session.close();
  });

  it('shows no password in any of its errors', async () => {
    const server = await start(
      onFirst(message('E', 'SFATAL', 'CXX000', `Mno ${PASSWORD}`, Buffer.alloc(1))),
    );
    const error: unknown = await signIn(server).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'KEYTURN_DATABASE_REFUSED' });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain(PASSWORD);
  });
});

/** Answers the first bytes with these, and nothing after. */
function onFirst(answer: string | Buffer): Parameters<typeof startScriptedServer>[0] {
  return (socket, _, nth) => {
    if (nth === 1) socket.write(answer);
  };
}
