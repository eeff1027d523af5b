import type { Socket } from 'node:net';
import { message } from './scripted-server.js';

/** What a server does when a piece of bytes arrives, counted from 1. */
export type Script = (socket: Socket, bytes: Buffer, nth: number) => void;

/** Answers the first bytes with these, and nothing after. */
export function onFirst(...answer: readonly Buffer[]): Script {
  return (socket, _, nth) => {
    if (nth === 1) socket.write(Buffer.concat(answer));
  };
}

/** Answers each piece with the next of these, and whatever comes after with the last. */
export function inTurn(...answers: readonly Buffer[]): Script {
  return (socket, _, nth) => socket.write(answers[Math.min(nth, answers.length) - 1] ?? '');
}

/** Writes a piece again and again, as fast as it is taken, until the connection ends. */
export function endless(socket: Socket, piece: Buffer): void {
  const block = Buffer.concat(Array<Buffer>(Math.ceil(4096 / piece.length)).fill(piece));
  const more = (): void => {
    while (!socket.destroyed && socket.write(block));
    if (!socket.destroyed) socket.once('drain', more);
  };
  more();
}

/** Writes byte by byte. */
export function dribble(socket: Socket, bytes: Buffer): void {
  socket.setNoDelay(true);
  let at = 0;
  const next = (): void => {
    if (socket.destroyed || at >= bytes.length) return;
    socket.write(bytes.subarray(at, (at += 1)), () => setImmediate(next));
  };
  next();
}

/** A message of which nothing but the header is there. */
export function headerOnly(type: string, length: number): Buffer {
  const header = Buffer.alloc(5);
  header.write(type, 'latin1');
  header.writeUInt32BE(length, 1);
  return header;
}

/** SCRAM's requests; the server's nonce goes on from the client's. */
export const SCRAM = {
  ask: message('R', 10, 'SCRAM-SHA-256', Buffer.alloc(1)),
  continue: (nonce: string, iterations: string) =>
    message('R', 11, Buffer.from(`r=${nonce},s=c2FsdHNhbHRzYWx0c2FsdA==,i=${iterations}`)),
  final: (signature = 'AAAA') => message('R', 12, Buffer.from(`v=${signature}`)),
};

/** The nonce in a client's first message. */
export function nonceIn(bytes: Buffer): string {
  return /r=([^,\0]+)/.exec(bytes.toString('latin1'))?.[1] ?? '';
}

/** A column of an answer, and a row. */
export const COLUMN = message('T', short(1), 'x', Buffer.alloc(18));
export const row = (...values: readonly (string | null)[]): Buffer =>
  message(
    'D',
    short(values.length),
    ...values.flatMap((value) => (value === null ? [-1] : [value.length, Buffer.from(value)])),
  );

export function short(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

/** A notice, or an error, of that text. */
export const said = (type: 'N' | 'E', text: string, state = '00000'): Buffer =>
  message(type, 'SNOTICE', `C${state}`, `M${text}`, Buffer.alloc(1));
