import { ChannelError, type ChannelProblem } from './channel-error.js';

const HEADER_BYTES = 5;
/** No message that comes before the end of a sign-in is longer. */
const LONGEST_MESSAGE = 65_536;

const AUTHENTICATION = 'R';
/** Errors and notices may come before the sign-in ends. */
const HARMLESS = ['E', 'N'];

/** The numbers of the authentication requests; 13 is Redshift's own. */
const REQUEST = {
  ok: 0,
  clearText: 3,
  md5: 5,
  sasl: 10,
  saslContinue: 11,
  saslFinal: 12,
  sha256: 13,
};

/**
 * Watches what a server says until the sign-in ends, ahead of the driver: it must neither answer a request for a
 * clear-text password nor choke on one it does not know.
 */
export class AuthenticationGuard {
  #unread = Buffer.alloc(0);
  #done = false;
  #seen = new Set<number>();

  /**
   * Looks at the next bytes from the server.
   * @throws ChannelError before the driver may see a request that it must not answer
   */
  inspect(bytes: Buffer): void {
    if (this.#done) return;
    this.#unread = Buffer.concat([this.#unread, bytes]);
    while (!this.#done && this.#unread.length >= HEADER_BYTES) {
      const type = String.fromCharCode(this.#unread[0] ?? 0);
      const end = 1 + this.#unread.readUInt32BE(1);
      const known = type === AUTHENTICATION || HARMLESS.includes(type);
      if (!known || end < HEADER_BYTES || end > LONGEST_MESSAGE) throw problem('not-postgres');
      if (this.#unread.length < end) return;
      const body = this.#unread.subarray(HEADER_BYTES, end);
      if (type === AUTHENTICATION) this.#authentication(body);
      // The driver reads texts up to their end, which it would look for forever.
      else if (!endsLists(body)) throw problem('not-postgres');
      // After an error the server has nothing more to say.
      if (type === 'E') this.#done = true;
      this.#unread = this.#unread.subarray(end);
    }
  }

  #authentication(body: Buffer): void {
    if (body.length < 4) throw problem('not-postgres');
    const request = body.readUInt32BE(0);
    switch (request) {
      case REQUEST.ok:
        this.#done = true;
        if (!this.#proved()) throw problem('no-password-asked');
        return;
      case REQUEST.sasl:
        if (!endsLists(body)) throw problem('not-postgres');
        this.#seen.add(request);
        return;
      case REQUEST.md5:
      case REQUEST.saslContinue:
      case REQUEST.saslFinal:
        this.#seen.add(request);
        return;
      case REQUEST.clearText:
        throw problem('clear-text');
      case REQUEST.sha256:
        throw problem('sha256');
      default:
        throw problem('unsupported-method', `authentication request ${request}`);
    }
  }

  /** Whether the password was needed: SCRAM's last message shows that the server knows it, too. */
  #proved(): boolean {
    return this.#seen.has(REQUEST.md5) || this.#seen.has(REQUEST.saslFinal);
  }
}

/** Whether a list of texts is closed: the last text by a zero, and the list by another. */
function endsLists(body: Buffer): boolean {
  return body.length > 1 && body.subarray(-2).equals(Buffer.from([0, 0]));
}

function problem(kind: ChannelProblem, message?: string): ChannelError {
  return new ChannelError(kind, 'signing in', message);
}
