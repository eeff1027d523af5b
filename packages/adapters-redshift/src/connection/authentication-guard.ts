import { ChannelError, type ChannelProblem } from './channel-error.js';

const HEADER_BYTES = 5;
/** None of the messages that are read here is longer on an honest server. */
const LONGEST_MESSAGE = 1_048_576;

const AUTHENTICATION = 'R';
/** Errors and notices: lists of texts, the only other messages that may come before the sign-in ends. */
const LISTS = ['E', 'N'];

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
 * Watches what a server says, ahead of the driver, which answers a request for a clear-text password at any time,
 * the middle of a session included, and chokes on requests it does not know.
 */
export class AuthenticationGuard {
  #unread: Buffer = Buffer.alloc(0);
  /** Bytes of a message that need no look. */
  #skip = 0;
  #signedIn = false;
  readonly #seen = new Set<number>();

  /**
   * Looks at the next bytes from the server.
   * @throws ChannelError before the driver may see a message that it must not answer
   */
  inspect(bytes: Buffer): void {
    let rest = this.#unread.length === 0 ? bytes : Buffer.concat([this.#unread, bytes]);
    for (;;) {
      const skipped = Math.min(this.#skip, rest.length);
      this.#skip -= skipped;
      rest = rest.subarray(skipped);
      if (rest.length < HEADER_BYTES) break;

      const type = String.fromCharCode(rest[0] ?? 0);
      const end = 1 + rest.readUInt32BE(1);
      if (end < HEADER_BYTES) throw problem('not-postgres');
      if (this.#signedIn && type !== AUTHENTICATION && !LISTS.includes(type)) {
        this.#skip = end;
        continue;
      }
      if (end > LONGEST_MESSAGE || !this.#isExpected(type)) throw problem('not-postgres');
      if (rest.length < end) break;
      this.#read(type, rest.subarray(HEADER_BYTES, end));
      rest = rest.subarray(end);
    }
    this.#unread = rest;
  }

  #isExpected(type: string): boolean {
    return LISTS.includes(type) || (type === AUTHENTICATION && !this.#signedIn);
  }

  #read(type: string, body: Buffer): void {
    if (type === AUTHENTICATION) this.#authentication(body);
    // The driver reads texts up to their end, which it would look for forever.
    else if (!isClosedList(body)) throw problem('not-postgres');
  }

  #authentication(body: Buffer): void {
    if (body.length < 4) throw problem('not-postgres');
    const request = body.readUInt32BE(0);
    switch (request) {
      case REQUEST.ok:
        this.#signedIn = true;
        if (!this.#proved()) throw problem('no-password-asked');
        return;
      case REQUEST.sasl:
        if (!isClosedList(body)) throw problem('not-postgres');
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

/** Whether the last text ends with a zero, and the list with another. */
function isClosedList(body: Buffer): boolean {
  return body.length > 1 && body.subarray(-2).equals(Buffer.from([0, 0]));
}

function problem(kind: ChannelProblem, message?: string): ChannelError {
  return new ChannelError(kind, 'signing in', message);
}
