import type { EventEmitter } from 'node:events';
import type { Client, ClientConfig } from 'pg';
import { KeyturnError } from '@keyturn/core';
import { ROTATION_SETTINGS, type SignInRequest } from '@keyturn/core/adapter';
import { createRedactor } from '../errors/redactor.js';
import { openingStatements } from '../statements.js';
import type { SqlConnection } from '../sql-session.js';
import type { AnswerLimits } from './answer-meter.js';
import { ChannelError } from './channel-error.js';
import { classifySignIn } from './classify-sign-in.js';
import { GuardedStream } from './guarded-stream.js';
import { openChannel } from './open-channel.js';
import { noPlace, pgConnection } from './pg-connection.js';
import type { TlsPlanFor } from './tls-settings.js';

/**
 * Signs in; `refused` is the answer to a wrong password, all else that goes wrong is thrown. The first message of every
 * session is what {@link openingStatements} gives for the request: without it, whoever may create objects in a database
 * can have them run by whoever administers it.
 */
export type OpenSession = (request: SignInRequest) => Promise<SqlConnection | 'refused'>;

/**
 * Makes the ordinary {@link OpenSession}: over the `pg` driver, which is loaded at the first sign-in. The time
 * allowed covers the look-up of the name, TCP, TLS and the sign-in. Nothing is read from PG* variables, a password
 * file or a connection string.
 */
export function pgSessions(tlsFor: TlsPlanFor): OpenSession {
  return async (request) => {
    const { address, password, connectTimeoutMs } = request;
    // No server accepts it, and the driver would look for another one.
    if (password.reveal() === '') return 'refused';
    const redact = createRedactor([password.reveal()]);
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), connectTimeoutMs);
    let stream: GuardedStream | undefined;
    try {
      const tls = tlsFor(address);
      const [driver, socket] = await Promise.all([
        import('pg'),
        openChannel({ address, tls, deadline: deadline.signal }),
      ]);
      const guarded = (stream = new GuardedStream(socket, limitsOf(request)));
      const giveUp = () => guarded.destroy(new ChannelError('timeout', 'signing in'));
      deadline.signal.addEventListener('abort', giveUp);
      // Loading the driver takes time, too.
      if (deadline.signal.aborted) giveUp();
      return await signIn(driver.Client, guarded, request, redact);
    } catch (thrown) {
      const late = deadline.signal.aborted && !(thrown instanceof ChannelError);
      const error = late ? new ChannelError('timeout', 'signing in') : thrown;
      return withoutPlace(stream?.accepted, () =>
        classifySignIn({ error, address, user: request.user, connectTimeoutMs, redact }),
      );
    } finally {
      clearTimeout(timer);
    }
  };
}

/** A limit of sessions is looked at after the password: who is told of it has presented the right one. */
function withoutPlace(
  accepted: SqlConnection['asked'],
  classify: () => 'refused',
): SqlConnection | 'refused' {
  try {
    return classify();
  } catch (error) {
    const full = KeyturnError.is(error, 'KEYTURN_DATABASE_FULL');
    if (full && accepted !== undefined) return noPlace(error, accepted);
    throw error;
  }
}

async function signIn(
  PgClient: typeof Client,
  stream: GuardedStream,
  request: SignInRequest,
  redact: (text: string) => string,
): Promise<SqlConnection> {
  const { address, user, password, statementTimeoutMs, sessionTimeoutMs } = request;
  const client = new PgClient({
    host: address.host,
    port: address.port,
    database: address.database,
    user,
    // As a function, so that an unset password never sends the driver to PGPASSWORD or a file.
    password: () => password.reveal(),
    stream: () => stream,
    ssl: false,
    sslnegotiation: 'postgres',
    types: AS_TEXT,
  });
  // An idle connection that breaks is found out by its next statement.
  client.on('error', () => undefined);
  fixStartup(client, { user, database: address.database });
  const version = serverVersion(client);
  try {
    if (client.connection.stream !== stream) throw new TypeError('pg must run as JavaScript');
    await client.connect();
    const connection = pgConnection({
      client,
      stream,
      statementTimeoutMs,
      sessionTimeoutMs,
      redact,
    });
    await connection.query(openingStatements(request, version()));
    return connection;
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

/** What the server says of its own accord while somebody signs in; Redshift says 8.0.2. */
function serverVersion(client: Client): () => string {
  let version = '';
  const { connection } = client as unknown as { connection: EventEmitter };
  connection.on(
    'parameterStatus',
    (status: { readonly parameterName: string; readonly parameterValue: string }) => {
      if (status.parameterName === 'server_version') version = status.parameterValue;
    },
  );
  return () => version;
}

/** What the request says, or else the settings' own defaults. */
function limitsOf({
  maxMessageBytes = ROTATION_SETTINGS.maxMessageBytes.default,
  maxResultBytes = ROTATION_SETTINGS.maxResultBytes.default,
}: SignInRequest): AnswerLimits {
  return { maxMessageBytes, maxResultBytes };
}

/** Values come as the server wrote them, so that no conversion depends on a setting. */
const AS_TEXT: NonNullable<ClientConfig['types']> = {
  getTypeParser: () => (value: string) => value,
};

/** The startup message, entirely: the driver's own would take PGOPTIONS and PGREPLICATION into it. */
function fixStartup(client: Client, { user, database }: { user: string; database: string }): void {
  Object.assign(client, {
    getStartupConf: () => ({
      user,
      database,
      application_name: 'keyturn',
      client_encoding: 'UTF8',
    }),
  });
}
