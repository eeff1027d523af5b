/** What was going on when a sign-in came to its end. */
export type SignInPhase = 'connecting' | 'securing' | 'signing in';

/** Why a sign-in did not even come to an answer about the password. */
export type ChannelProblem =
  /** Node's own error while looking the name up or connecting; it is the cause. */
  | 'network'
  /** Node's own error during the TLS handshake; it is the cause. */
  | 'tls'
  /** The server answered that it has no TLS. */
  | 'no-tls'
  /** The time was up. */
  | 'timeout'
  /** What came back is not the PostgreSQL protocol. */
  | 'not-postgres'
  /** The server asked for the password in clear text. It was not sent. */
  | 'clear-text'
  /** The user's password is stored as sha256, which this driver cannot answer. */
  | 'sha256'
  /** The server let the user in without asking for a password, which proves nothing. */
  | 'no-password-asked'
  /** Some other way of signing in was asked for. */
  | 'unsupported-method';

/** Internal: thrown by the connection, turned into keyturn's own errors by `classifySignIn`. */
export class ChannelError extends Error {
  override name = 'ChannelError';

  constructor(
    readonly problem: ChannelProblem,
    readonly phase: SignInPhase,
    message: string = problem,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
