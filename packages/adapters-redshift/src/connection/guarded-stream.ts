import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { VerifierKind } from '../password-verifier.js';
import type { AnswerLimits } from './answer-meter.js';
import { ChannelError } from './channel-error.js';
import { WireGuard } from './wire-guard.js';

/**
 * What the driver is given in place of a socket: an open, secured channel behind a {@link WireGuard}.
 * It has the few methods of a socket that the driver calls.
 */
export class GuardedStream extends Duplex {
  readonly #socket: Socket;
  readonly #guard: WireGuard;

  constructor(socket: Socket, limits: AnswerLimits) {
    super({ allowHalfOpen: false });
    this.#guard = new WireGuard(limits);
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    socket.on('error', (error) => this.destroy(error));
    socket.on('end', () => this.push(null));
    socket.on('close', () => this.destroy());
  }

  /** How the user's password was asked for, once the server has accepted it. */
  get accepted(): VerifierKind | undefined {
    return this.#guard.accepted;
  }

  /** To be called before each statement: what comes from then on counts as its answer. */
  beginStatement(): void {
    this.#guard.beginStatement();
  }

  /** The channel stands already; the driver waits for the event. */
  connect(): this {
    process.nextTick(() => this.emit('connect'));
    return this;
  }

  setNoDelay(on: boolean): this {
    this.#socket.setNoDelay(on);
    return this;
  }

  setKeepAlive(on: boolean, delay: number): this {
    this.#socket.setKeepAlive(on, delay);
    return this;
  }

  ref(): this {
    this.#socket.ref();
    return this;
  }

  unref(): this {
    this.#socket.unref();
    return this;
  }

  /** The driver's parser throws inside its own `data` listener, where nobody could catch it but here. */
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    try {
      return super.emit(event, ...args);
    } catch (error) {
      if (event !== 'data') throw error;
      this.destroy(
        new ChannelError('not-postgres', 'signing in', 'unreadable answer', { cause: error }),
      );
      return true;
    }
  }

  #receive(bytes: Buffer): void {
    try {
      this.#guard.inspect(bytes);
    } catch (error) {
      this.destroy(error as Error);
      return;
    }
    if (!this.push(bytes)) this.#socket.pause();
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#guard.clientSpoke();
    this.#socket.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}
