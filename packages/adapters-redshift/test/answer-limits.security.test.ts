import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import { Sensitive, type DatabaseError } from '@keyturn/core';
import { RedshiftAdmin, type RedshiftSession } from '../src/index.js';
import { COLUMN, endless, headerOnly, row, said, short } from './support/hostile-scripts.js';
import {
  afterSignIn,
  message,
  READY,
  startScriptedServer,
  type ScriptedServer,
} from './support/scripted-server.js';
import { addressOf, shared, tls, useDatabase } from './support/test-server.js';

const TOO_LARGE = 'KEYTURN_DATABASE_ANSWER_TOO_LARGE';
const KIB = 1024;
/** Small, so that a server on the same machine gets there soon. */
const LIMITS = { maxMessageBytes: 256 * KIB, maxResultBytes: 1024 * KIB };
const DONE = Buffer.concat([message('C', 'SELECT 1'), READY]);

const servers: ScriptedServer[] = [];
const sessions: RedshiftSession[] = [];
beforeAll(() => import('pg'));
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.close();
  for (const server of servers.splice(0)) await server.stop();
});

async function sessionAt(
  address: { host: string; port: number; database: string },
  { username, password }: { username: string; password: string },
  limits: { maxMessageBytes?: number; maxResultBytes?: number },
  settings = tls,
): Promise<RedshiftSession> {
  const outcome = await new RedshiftAdmin({ tls: settings }).signIn({
    address,
    user: username,
    password: new Sensitive(password),
    connectTimeoutMs: 10_000,
    statementTimeoutMs: 60_000,
    ...limits,
  });
  if (outcome.kind === 'refused') throw new Error('refused');
  sessions.push(outcome.session as RedshiftSession);
  return outcome.session as RedshiftSession;
}

/** What a statement comes to whose answer a server begins like this, and whether the connection is gone. */
async function answered(answer: (socket: Socket) => void, limits = LIMITS) {
  let closed: Promise<unknown> | undefined;
  const server = await startScriptedServer(afterSignIn(answer), (socket) => {
    closed = new Promise((resolve) => socket.once('close', resolve));
  });
  servers.push(server);
  const address = { host: '127.0.0.1', port: server.port, database: 'dev' };
  const sheep = { username: 'sheep', password: 'Baa-1.Black_Sheep' };
  const session = await sessionAt(address, sheep, limits, { mode: 'disable' });
  const outcome = await session.query('SELECT 1').catch((error: unknown) => error as DatabaseError);
  return { outcome, session, closed: () => closed };
}

const written = (...pieces: readonly Buffer[]) => {
  return (socket: Socket) => void socket.write(Buffer.concat(pieces));
};
const over = (piece: Buffer, ...before: readonly Buffer[]) => {
  return (socket: Socket) => {
    socket.write(Buffer.concat(before));
    endless(socket, piece);
  };
};
const COPYING = message('H', Buffer.alloc(3));
const nothing = message('D', short(0));
const wide = Array<null>(1664).fill(null);
const WIDE = message('T', short(1664), ...wide.flatMap(() => ['x', Buffer.alloc(18)]));

describe('5: an answer is taken within its limits, where it is true, and its texts at 2 KB', () => {
  describe('an answer that goes beyond a limit ends the connection, and the error names the limit', () => {
    it.each([
      ['a row of more bytes', written(COLUMN, row('x'.repeat(256 * KIB)))],
      ['a row that is only announced', written(COLUMN, headerOnly('D', 256 * KIB))],
      ['a row of 4 GB', written(COLUMN, headerOnly('D', 4_294_967_295))],
      ['an error of more bytes', written(said('E', 'x'.repeat(256 * KIB), 'XX000'))],
      ['a notice of more bytes', written(said('N', 'x'.repeat(256 * KIB)))],
      ['a tag of more bytes', written(message('C', 'x'.repeat(256 * KIB)))],
      ['columns of more bytes', written(headerOnly('T', 300 * KIB))],
      ['copied data of more bytes', written(COPYING, headerOnly('d', 300 * KIB))],
    ])('maxMessageBytes: %s', async (_, answer) => {
      const { outcome, closed } = await answered(answer);
      await closed();

      expect(outcome).toMatchObject({
        code: TOO_LARGE,
        message: expect.stringMatching(/262,144 bytes.*maxMessageBytes/) as unknown,
        settings: ['maxMessageBytes'],
        retryable: false,
      });
    });

    it.each([
      ['rows without end', over(row('x'.repeat(1000)), COLUMN)],
      ['rows of nothing without end', over(nothing, message('T', short(0)))],
      ['rows of null without end', over(row(...wide), WIDE)],
      ['descriptions without end', over(COLUMN)],
      ['tags without end', over(message('C', 'SELECT 1'))],
      ['empty answers without end', over(message('I'))],
      ['parsed statements without end', over(message('1'))],
      ['copied data without end', over(message('d', Buffer.alloc(100)), COPYING)],
      ['requests for data without end', over(message('G', Buffer.alloc(3)))],
    ])('maxResultBytes: %s', async (_, answer) => {
      const { outcome, closed } = await answered(answer);
      await closed();

      expect(outcome).toMatchObject({
        code: TOO_LARGE,
        message: expect.stringMatching(/1,048,576 bytes.*maxResultBytes/) as unknown,
        settings: ['maxResultBytes'],
        retryable: false,
      });
    });

    it.each([
      ['notices', over(said('N', 'x'))],
      ['parameters', over(message('S', 'TimeZone', 'UTC'))],
      ['notifications', over(message('A', 1, 'channel', 'payload'))],
    ])('%s that nobody asked for, in any number', async (_, answer) => {
      const limits = { maxMessageBytes: 65_536, maxResultBytes: 67_108_864 };
      const { outcome, closed } = await answered(answer, limits);
      await closed();

      expect(outcome).toMatchObject({
        code: TOO_LARGE,
        message: expect.stringContaining('more than 1,000 notices') as unknown,
      });
    });

    it.each([
      ['bound parameters', over(message('2'))],
      ['closed statements', over(message('3'))],
      ['rows that are none', over(message('n'))],
      ['answers that are put off', over(message('s'), COLUMN)],
      ['types of parameters', over(message('t', short(0)))],
      ['keys to cancel with', over(message('K', 1, 2))],
      ['versions to agree on', over(message('v', 3, 0))],
      ['calls of functions', over(message('V', 0))],
      ['copies both ways', over(message('W', Buffer.alloc(3)))],
      ['ends of copies', over(message('c'), COPYING)],
      ['requests for the password', over(message('R', 5, Buffer.alloc(4, 1)))],
      ['the news that the user is let in', over(message('R', 0))],
      ['answers of different kinds in turn', over(Buffer.concat([COLUMN, nothing, message('I')]))],
    ])('%s without end, by an end with an error of its own', async (_, answer) => {
      const { outcome, closed } = await answered(answer);
      await closed();

      const codes = [TOO_LARGE, 'KEYTURN_DATABASE_CONNECTION_LOST'];
      expect(codes).toContain((outcome as DatabaseError).code);
    });

    it.each([
      ['errors', over(said('E', 'x', 'XX000'))],
      ['the word that it is ready', over(READY, COLUMN, row('x'), message('C', 'SELECT 1'))],
      ['rows after the answer', over(row('x'.repeat(1000)), COLUMN, DONE)],
    ])('%s without end, once the statement is done', async (_, answer) => {
      const { session, closed } = await answered(answer);
      await closed();

      await expect(session.query('SELECT 1')).rejects.toMatchObject({
        code: 'KEYTURN_DATABASE_CONNECTION_LOST',
      });
    });
  });

  const far = Buffer.from([0x7f, 0xff, 0xff, 0xff]);

  describe('a message that lies about what is in it never reaches the driver', () => {
    it.each([
      ['a value that is longer than its row', message('D', short(1), far)],
      ['more values than columns', row('x', 'y')],
      ['fewer values than columns', row()],
      ['a value of negative length', message('D', short(1), -5, 0)],
      ['more values than there are', message('D', short(20_000), -1)],
      ['fewer values than there are', message('D', short(0), -1)],
      ['a negative number of values', message('D', short(-1))],
      ['no number of values', message('D')],
      ['more columns than a query can have', message('T', short(1665), 'x', Buffer.alloc(18))],
      ['more columns than there are', message('T', short(1600), 'x', Buffer.alloc(18))],
      ['a column whose name does not end', message('T', short(1), Buffer.from('x'))],
      ['a column without its facts', message('T', short(1), 'x', Buffer.alloc(17))],
      ['a tag that does not end', message('C', Buffer.from('SELECT'))],
      ['a parameter without a value', message('S', 'TimeZone')],
      ['a notification of nobody', message('A', Buffer.alloc(3))],
      ['more types of parameters than there are', message('t', short(-1), 1)],
      ['a copy of more columns than there are', message('H', Buffer.from([0, 0x7f, 0xff]))],
      ['a word too much', message('Z', Buffer.from('II'))],
      ['a message nobody knows', message('?')],
    ])('%s', async (_, lie) => {
      const { outcome, closed } = await answered(written(COLUMN, lie, DONE));
      await closed();

      expect(outcome).toMatchObject({ code: 'KEYTURN_DATABASE_CONNECTION_LOST' });
    });
  });

  describe('a row is taken only where columns were described for this very statement', () => {
    it('and not for the one before', async () => {
      const first = Buffer.concat([COLUMN, row('x'), DONE]);
      let statements = 0;
      const { outcome, session } = await answered((socket) =>
        socket.write((statements += 1) === 1 ? first : Buffer.concat([row('x'), DONE])),
      );

      expect(outcome).toEqual([{ x: 'x' }]);
      await expect(session.query('SELECT 1')).rejects.toMatchObject({
        code: 'KEYTURN_DATABASE_CONNECTION_LOST',
      });
    });
  });

  describe('what stays within the limits arrives', () => {
    const database = useDatabase();
    const real = (limits = LIMITS) => sessionAt(addressOf(database()), shared.superuser, limits);

    it.each([
      ['a message', `SELECT repeat('x', ${262_144 - 11}) AS x`, 1],
      ['a result', "SELECT repeat('x', 1000) AS x FROM generate_series(1, 1000)", 1000],
      ['small rows', 'SELECT x FROM generate_series(1, 8000) AS x', 8000],
    ])('%s just below', async (_, sql, rows) => {
      expect(await (await real()).query(sql)).toHaveLength(rows);
    });

    it.each([
      ['a message', `SELECT repeat('x', ${262_144 - 10}) AS x`],
      ['a result', "SELECT repeat('x', 1000) AS x FROM generate_series(1, 1100)"],
      ['small rows', 'SELECT x FROM generate_series(1, 8200) AS x'],
    ])('%s just above does not, and another session is not touched', async (_, sql) => {
      const [session, other] = [await real(), await real()];

      await expect(session.query(sql)).rejects.toMatchObject({ code: TOO_LARGE });
      await expect(session.query('SELECT 1')).rejects.toMatchObject({
        code: 'KEYTURN_DATABASE_CONNECTION_LOST',
      });
      expect(await other.query('SELECT 1 AS one')).toEqual([{ one: '1' }]);
    });

    it('any number of statements, since each counts for itself', async () => {
      const session = await real();
      for (let n = 0; n < 5; n++) {
        const rows = await session.query(
          "SELECT repeat('x', 1000) AS x FROM generate_series(1, 900)",
        );
        expect(rows).toHaveLength(900);
      }
    });
  });

  describe('texts of the server are cut to 2 KB', () => {
    const database = useDatabase();
    const SECRET = shared.superuser.password;
    const text = (error: unknown): string => (error instanceof Error ? error.message : '');

    it.each([
      ['a message of a megabyte', "SELECT CAST(repeat('x', 1000000) AS integer)"],
      ['one of three bytes a character', "SELECT CAST(repeat('ア', 100000) AS integer)"],
      ['one of four bytes a character', "SELECT CAST(repeat('🐑', 100000) AS integer)"],
    ])('%s', async (_, sql) => {
      const session = await sessionAt(addressOf(database()), shared.superuser, {});
      const error = await session.query(sql).catch((thrown: unknown) => thrown as DatabaseError);

      expect(error).toMatchObject({ code: 'KEYTURN_DATABASE_STATEMENT_FAILED' });
      const { message: whole, cause } = error as DatabaseError;
      expect(Buffer.byteLength(whole)).toBeLessThan(2300);
      expect(Buffer.byteLength(text(cause))).toBeLessThanOrEqual(2048);
      expect(whole).toMatch(/cut, 1?0{5,6}\d characters in all|characters in all\)/);
      expect(whole).not.toMatch(/\uFFFD|[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
    });

    it.each([1990, 2000, 2010, 2020, 2030, 2040])(
      'and never within a password, as one that begins at %d would show by half',
      async (at) => {
        const session = await sessionAt(addressOf(database()), shared.superuser, {});
        const sql = `SELECT CAST(repeat('x', ${at}) || '${SECRET}' || repeat('y', 3000) AS integer)`;
        const error = await session.query(sql).catch((thrown: unknown) => thrown as DatabaseError);

        expect(text(error)).not.toContain(SECRET.slice(0, 4));
      },
    );

    it.each([
      ['a state of 60,000 characters', 'x', 'X'.repeat(60_000)],
      ['a state that is a sentence', 'x', 'all is well'],
      ['a state of controls', 'x', '\u001b[2J'],
      ['a message of nothing but controls', '\u001b'.repeat(60_000), '42601'],
    ])('%s, as all others', async (_, words, state) => {
      const { outcome } = await answered(written(said('E', words, state), READY));

      expect(Buffer.byteLength(text(outcome))).toBeLessThan(2500);
      // Six places hold the text, and each control of it is shown in four characters.
      expect(inspect(outcome, { depth: 9, showHidden: true }).length).toBeLessThan(60_000);
    });

    it('at the sign-in, too', async () => {
      const server = await startScriptedServer((socket) =>
        socket.write(said('E', 'x'.repeat(60_000), '58000')),
      );
      servers.push(server);
      const address = { host: '127.0.0.1', port: server.port, database: 'dev' };
      const sheep = { username: 'sheep', password: 'Baa-1.Black_Sheep' };
      const error: unknown = await sessionAt(address, sheep, {}, { mode: 'disable' }).catch(
        (thrown: unknown) => thrown,
      );

      expect(error).toMatchObject({ code: 'KEYTURN_DATABASE_REFUSED' });
      expect(Buffer.byteLength(text(error))).toBeLessThan(2300);
      expect(Buffer.byteLength(text((error as Error).cause))).toBeLessThanOrEqual(2048);
    });
  });
});
