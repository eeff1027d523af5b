import type { Socket } from 'node:net';
import type { LockBook } from './lock-book.js';
import { answerLockoutQuery, unlockedBy } from './lockout-queries.js';
import { fatal, MessageReader, userOfStartup, type WireMessage } from './messages.js';

const AUTHENTICATION_OK = 0;
const WRONG_PASSWORD = '28P01';

/** One connection through a lock gate. */
export class GateConnection {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #book: LockBook;
  readonly #fromClient = new MessageReader({ startup: true });
  readonly #fromServer = new MessageReader({ startup: false });
  #user: string | undefined;
  #signedIn = false;
  /** The user that a statement under way unlocks or locks, if the server takes it. */
  #change: { readonly user: string; readonly lock: boolean } | undefined;

  constructor(client: Socket, server: Socket, book: LockBook) {
    this.#client = client;
    this.#server = server;
    this.#book = book;
  }

  fromClient(data: Buffer): void {
    for (const message of this.#fromClient.read(data)) this.#clientSays(message);
  }

  fromServer(data: Buffer): void {
    for (const message of this.#fromServer.read(data)) this.#serverSays(message);
  }

  /** Ends both sides, once what was written is out. */
  end(): void {
    this.#client.end();
    this.#server.destroy();
  }

  #clientSays(message: WireMessage): void {
    if (message.type === '') this.#user = userOfStartup(message);
    if (message.type === 'Q') {
      const sql = message.body.toString('utf8').replace(/\0$/, '');
      const answer = answerLockoutQuery(sql, this.#book);
      if (answer !== undefined) {
        this.#client.write(answer);
        return;
      }
      this.#change = unlockedBy(sql);
    }
    this.#server.write(message.bytes);
  }

  #serverSays(message: WireMessage): void {
    if (!this.#signedIn && this.#user !== undefined) {
      if (message.type === 'R' && message.body.readUInt32BE(0) === AUTHENTICATION_OK) {
        this.#signedIn = true;
        if (!this.#admits(this.#user, true)) return;
      } else if (message.type === 'E' && message.body.includes(`C${WRONG_PASSWORD}\0`)) {
        if (!this.#admits(this.#user, false)) return;
      }
    }
    if (message.type === 'C' && this.#change !== undefined) this.#carryOut(this.#change);
    if (message.type === 'Z' || message.type === 'E') this.#change = undefined;
    this.#client.write(message.bytes);
  }

  /** Lets the server's own answer through, or gives another and ends the connection. */
  #admits(user: string, right: boolean): boolean {
    const verdict = this.#book.judge(user, right);
    if (verdict === 'accepted' || (verdict === 'wrong-password' && !right)) return true;
    const answer =
      verdict === 'locked'
        ? fatal('28000', `user "${user}" is locked`)
        : fatal(WRONG_PASSWORD, `password authentication failed for user "${user}"`);
    this.#client.write(answer);
    this.end();
    return false;
  }

  #carryOut({ user, lock }: { readonly user: string; readonly lock: boolean }): void {
    if (lock) this.#book.lock(user);
    else this.#book.unlock(user);
  }
}
