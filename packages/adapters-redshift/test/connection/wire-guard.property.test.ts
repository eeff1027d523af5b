import fc from 'fast-check';
import { ChannelError } from '../../src/connection/channel-error.js';
import { WireGuard } from '../../src/connection/wire-guard.js';
import { COLUMN, row, said } from '../support/hostile-scripts.js';
import { ASKS, message, READY } from '../support/scripted-server.js';

const LIMITS = { maxMessageBytes: 65_536, maxResultBytes: 65_536 };

/** What a guard says to these bytes of an answer, in these pieces: `fine`, or what is wrong. */
function verdict(pieces: readonly Buffer[]): string {
  const guard = new WireGuard(LIMITS);
  guard.inspect(ASKS.md5);
  guard.clientSpoke();
  guard.inspect(Buffer.concat([ASKS.nothing, READY]));
  guard.beginStatement();
  try {
    for (const piece of pieces) guard.inspect(piece);
    return 'fine';
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    return `${error.problem}: ${error.message}`;
  }
}

/** Cuts bytes at places anywhere in them. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length];
  const sorted = ends.sort((a, b) => a - b);
  return sorted.map((end, nth) => bytes.subarray(sorted[nth - 1] ?? 0, end));
}

const text = fc.string({ maxLength: 40 }).map((value) => value.replaceAll('\0', ''));
const ascii = text.map((value) => value.replaceAll(/[^ -~]/g, ''));
const honest = fc.oneof(
  fc.constant(COLUMN),
  fc.option(ascii).map((value) => Buffer.concat([COLUMN, row(value)])),
  ascii.map((value) => said('N', value)),
  ascii.map((value) => said('E', value, '42P01')),
  ascii.map((value) => message('C', value)),
  ascii.map((value) => message('S', 'TimeZone', value)),
  fc.constantFrom(READY, message('I'), message('1'), message('n'), message('t', Buffer.alloc(2))),
);
const rubbish = fc
  .tuple(
    fc.constantFrom('R', 'D', 'T', 'C', 'Z', 'S', 'A', 'E', 'N', 't', 'H', '?'),
    fc.uint8Array(),
  )
  .map(([type, body]) => message(type, Buffer.from(body)));
const places = fc.array(fc.nat(), { maxLength: 20 });

describe('the guard of the wire', () => {
  it('lets every honest answer pass', () => {
    fc.assert(
      fc.property(fc.array(honest, { maxLength: 20 }), places, (answer, at) => {
        expect(verdict(cut(Buffer.concat(answer), at))).toBe('fine');
      }),
    );
  });

  it('comes to the same verdict however the bytes are cut, and to no other error than its own', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(honest, rubbish), { maxLength: 20 }), places, (answer, at) => {
        const bytes = Buffer.concat(answer);
        const whole = verdict([bytes]);

        expect(verdict(cut(bytes, at))).toBe(whole);
        expect(verdict([...bytes].map((byte) => Buffer.from([byte])))).toBe(whole);
      }),
    );
  });
});
