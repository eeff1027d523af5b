/** What was going on when a connection came to its end. */
export type SignInPhase = 'connecting' | 'securing' | 'signing in' | 'answering';

/** Why a connection came to no answer about the password, or about a statement. */
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
  | 'unsupported-method'
  /** SCRAM with so many iterations that they would keep the process busy; the message is their number. */
  | 'too-much-work'
  /** A message out of order, of a wrong shape, or too many before anybody was signed in. */
  | 'broken-protocol'
  /** One message of an answer goes beyond what the settings allow. */
  | 'message-too-large'
  /** An answer as a whole goes beyond what the settings allow. */
  | 'result-too-large'
  /** More notices came along with an answer than anybody would read. */
  | 'too-many-notices';

/** Internal: thrown by the connection, turned into keyturn's own errors by `classifySignIn` and `statementError`. */
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
