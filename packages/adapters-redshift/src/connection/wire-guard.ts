import type { VerifierKind } from '../password-verifier.js';
import { AnswerMeter, type AnswerLimits } from './answer-meter.js';
import { AuthenticationGuard } from './authentication-guard.js';
import { ChannelError } from './channel-error.js';
import { isWellFormed } from './message-shapes.js';

const HEADER_BYTES = 5;

/** What may come when. After the sign-in everything but authentication requests; shapes are looked at then. */
const EXPECTED = {
  authenticating: ['R', 'E', 'N'],
  starting: ['S', 'K', 'E', 'N', 'Z'],
};

/** A message of which a part has arrived. */
interface Begun {
  readonly type: string;
  readonly body: Buffer;
  filled: number;
}

/**
 * Watches what a server says, ahead of the driver, which would take any amount of it, answer any request at any time,
 * and believe every length. Each byte is looked at once, however small the pieces are in which they come.
 */
export class WireGuard {
  readonly #authentication = new AuthenticationGuard();
  readonly #meter: AnswerMeter;
  #phase: keyof typeof EXPECTED | 'running' = 'authenticating';
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerFilled = 0;
  #begun: Begun | undefined;
  /** How many columns the rows to come have; -1 where nobody has said. */
  #columns = -1;
  /** Whether a message was admitted, so that this is somebody who knows the protocol. */
  #heard = false;

  constructor(limits: AnswerLimits) {
    this.#meter = new AnswerMeter(limits);
  }

  /** How the user's password was asked for, once the server has accepted it. */
  get accepted(): VerifierKind | undefined {
    return this.#phase === 'authenticating' ? undefined : this.#authentication.asked;
  }

  /** The client has sent something. */
  clientSpoke(): void {
    this.#authentication.answered();
  }

  /** A statement is about to be sent. */
  beginStatement(): void {
    this.#columns = -1;
    this.#meter.beginStatement();
  }

  /**
   * Looks at the next bytes from the server.
   * @throws ChannelError before the driver may see a message that it must not see
   */
  inspect(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length)
      at = this.#begun ? this.#fill(this.#begun, bytes, at) : this.#open(bytes, at);
  }

  /** Takes a header, or what there is of it, and gives the place behind it or behind the whole message. */
  #open(bytes: Buffer, at: number): number {
    const taken = Math.min(HEADER_BYTES - this.#headerFilled, bytes.length - at);
    bytes.copy(this.#header, this.#headerFilled, at, at + taken);
    this.#headerFilled += taken;
    const from = at + taken;
    if (this.#headerFilled < HEADER_BYTES) return from;

    this.#headerFilled = 0;
    const type = String.fromCharCode(this.#header[0] ?? 0);
    const length = this.#header.readUInt32BE(1) - 4;
    if (length < 0) throw this.#broken(`a message of type ${JSON.stringify(type)} has no length`);
    if (!this.#mayCome(type)) throw this.#broken(`a message of type ${JSON.stringify(type)} came`);
    this.#meter.count(type, HEADER_BYTES + length);
    if (bytes.length - from >= length) {
      this.#read(type, bytes.subarray(from, from + length));
      return from + length;
    }
    this.#begun = { type, body: Buffer.allocUnsafe(length), filled: 0 };
    return from;
  }

  #fill(begun: Begun, bytes: Buffer, at: number): number {
    const copied = bytes.copy(begun.body, begun.filled, at);
    begun.filled += copied;
    if (begun.filled === begun.body.length) {
      this.#begun = undefined;
      this.#read(begun.type, begun.body);
    }
    return at + copied;
  }

  #mayCome(type: string): boolean {
    return this.#phase === 'running' ? type !== 'R' : EXPECTED[this.#phase].includes(type);
  }

  #read(type: string, body: Buffer): void {
    if (type === 'R') {
      if (this.#authentication.admit(body)) this.#phase = 'starting';
    } else if (!isWellFormed(type, body)) {
      throw this.#broken(`a message of type ${JSON.stringify(type)} cannot be read`);
    } else if (type === 'T') {
      this.#columns = body.readInt16BE(0);
    } else if (type === 'D' && body.readInt16BE(0) !== this.#columns) {
      throw this.#broken('a row has other columns than were described');
    } else if (type === 'Z') {
      this.#phase = 'running';
    }
    this.#heard = true;
  }

  #broken(what: string): ChannelError {
    if (!this.#heard) return new ChannelError('not-postgres', 'signing in', what);
    const phase = this.#phase === 'running' ? 'answering' : 'signing in';
    return new ChannelError('broken-protocol', phase, what);
  }
}
