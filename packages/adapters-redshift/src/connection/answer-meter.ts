import { ChannelError, type SignInPhase } from './channel-error.js';

/** How much a server may say. */
export interface AnswerLimits {
  /** Bytes of one message. */
  readonly maxMessageBytes: number;
  /** Bytes of all messages until the next statement. */
  readonly maxResultBytes: number;
}

/** Before anybody is signed in, there is little to say. */
const SIGN_IN_LIMITS: AnswerLimits = { maxMessageBytes: 65_536, maxResultBytes: 524_288 };
/** Notices, changed parameters and notifications that nobody asked for. */
export const MOST_NOTICES = 1000;
/** What a row takes at least once it is an object, and any other message. Both come in a few bytes. */
const LEAST_ROW_BYTES = 128;
const LEAST_BYTES = 1024;

const UNASKED = ['N', 'S', 'A'];
const ROWS = ['D', 'd'];

/** Counts what a server says to one statement, or while somebody signs in, message by message as each begins. */
export class AnswerMeter {
  readonly #limits: AnswerLimits;
  #current = SIGN_IN_LIMITS;
  #phase: SignInPhase | undefined = 'signing in';
  #bytes = 0;
  #unasked = 0;

  constructor(limits: AnswerLimits) {
    this.#limits = limits;
  }

  /** A statement is sent: what comes from now on is its answer. */
  beginStatement(): void {
    this.#current = this.#limits;
    this.#phase = undefined;
    this.#bytes = 0;
    this.#unasked = 0;
  }

  /**
   * Counts a message by its header, before any of it is kept.
   * @throws ChannelError beyond a limit
   */
  count(type: string, bytes: number): void {
    const { maxMessageBytes, maxResultBytes } = this.#current;
    if (bytes > maxMessageBytes) this.#exceeded('message-too-large', maxMessageBytes);
    this.#bytes += Math.max(bytes, ROWS.includes(type) ? LEAST_ROW_BYTES : LEAST_BYTES);
    if (this.#bytes > maxResultBytes) this.#exceeded('result-too-large', maxResultBytes);
    if (UNASKED.includes(type) && (this.#unasked += 1) > MOST_NOTICES) {
      this.#exceeded('too-many-notices', MOST_NOTICES);
    }
  }

  #exceeded(limit: keyof typeof LIMITS, most: number): never {
    const said = LIMITS[limit](most.toLocaleString('en-US'));
    if (this.#phase === undefined) throw new ChannelError(limit, 'answering', said);
    throw new ChannelError('broken-protocol', this.#phase, said);
  }
}

const LIMITS = {
  'message-too-large': (most: string) => `one message has more than ${most} bytes`,
  'result-too-large': (most: string) => `the whole answer has more than ${most} bytes`,
  'too-many-notices': (most: string) => `there are more than ${most} notices`,
};
