import type { VerifierKind } from '../password-verifier.js';
import { ChannelError, type ChannelProblem } from './channel-error.js';
import { isClosedList } from './message-shapes.js';

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
const MD5_BYTES = 8;
/** Lists of methods and messages of SCRAM are far shorter on an honest server. */
const MOST_BYTES = 4096;
/** As many as the driver would do; a server that asks for more would keep the process busy. */
export const MOST_SCRAM_ITERATIONS = 100_000;

/** How far the sign-in has come: what was asked for last. */
type Stage = 'nothing' | 'md5' | 'sasl' | 'sasl-continue' | 'sasl-final';

/**
 * Admits each authentication request once, in its order, and after the one before was answered. The driver answers
 * whatever it is asked, any number of times.
 */
export class AuthenticationGuard {
  #stage: Stage = 'nothing';
  /** Whether it is the client's turn. */
  #unanswered = false;

  /** How the password was asked for; undefined as long as nothing was. */
  get asked(): VerifierKind | undefined {
    if (this.#stage === 'nothing') return undefined;
    return this.#stage === 'md5' ? 'md5' : 'scram-sha-256';
  }

  /** The client has sent something. */
  answered(): void {
    this.#unanswered = false;
  }

  /**
   * Looks at the next authentication request.
   * @returns whether it ends the authentication
   * @throws ChannelError for one that must not be answered
   */
  admit(body: Buffer): boolean {
    if (body.length < 4) throw problem('broken-protocol', 'a request was cut off');
    const request = body.readUInt32BE(0);
    switch (request) {
      case REQUEST.clearText:
        throw problem('clear-text');
      case REQUEST.sha256:
        throw problem('sha256');
      case REQUEST.ok:
        this.#admitEnd();
        return true;
      case REQUEST.md5:
        this.#move('md5', ['nothing'], body.length === MD5_BYTES);
        break;
      case REQUEST.sasl:
        this.#move('sasl', ['nothing'], isClosedList(body) && body.length <= MOST_BYTES);
        break;
      case REQUEST.saslContinue:
        this.#move('sasl-continue', ['sasl'], body.length <= MOST_BYTES);
        limitIterations(body.toString('latin1', 4));
        break;
      case REQUEST.saslFinal:
        this.#move('sasl-final', ['sasl-continue'], body.length <= MOST_BYTES);
        // It shows that the server knows the password, too, and asks for nothing.
        this.#unanswered = false;
        break;
      default:
        throw problem('unsupported-method', `authentication request ${request}`);
    }
    return false;
  }

  #move(to: Stage, from: readonly Stage[], fit: boolean): void {
    if (!from.includes(this.#stage) || this.#unanswered) {
      throw problem('broken-protocol', `${to} was asked for after ${this.#stage}`);
    }
    if (!fit) throw problem('broken-protocol', `the request for ${to} has a wrong length`);
    this.#stage = to;
    this.#unanswered = true;
  }

  /** The password must have been needed, and SCRAM's last message have shown that the server knows it, too. */
  #admitEnd(): void {
    const proved = this.#stage === 'md5' || this.#stage === 'sasl-final';
    if (!proved) throw problem('no-password-asked');
    if (this.#unanswered) {
      throw problem('broken-protocol', 'the user was let in before there was an answer');
    }
  }
}

function limitIterations(text: string): void {
  for (const [, digits = ''] of text.matchAll(/(?:^|,)i=(\d*)/g)) {
    if (Number(digits) > MOST_SCRAM_ITERATIONS) throw problem('too-much-work', digits.slice(0, 20));
  }
}

function problem(kind: ChannelProblem, message?: string): ChannelError {
  return new ChannelError(kind, 'signing in', message);
}
