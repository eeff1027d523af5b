import { DatabaseError, KeyturnError, type DatabaseAddress } from '@keyturn/core';
import { shorten } from '../errors/cut-text.js';
import type { Redact } from '../errors/redactor.js';
import { messageOf, sanitiseCause, sqlStateOf } from '../errors/sanitise-cause.js';
import { MOST_SCRAM_ITERATIONS } from './authentication-guard.js';
import { ChannelError } from './channel-error.js';
import { describeNetworkProblem, describeTlsProblem } from './network-problems.js';
import type { Quote, SignInProblem } from './sign-in-problem.js';

/** A sign-in that did not succeed, and what is needed to say so well. */
export interface FailedSignIn {
  readonly error: unknown;
  readonly address: DatabaseAddress;
  readonly user: string;
  readonly connectTimeoutMs: number;
  readonly redact: Redact;
}

/**
 * Tells a refused password, which is an answer, from everything else, which is an error of its own. Decides by
 * SQLSTATE and message: Redshift answers a wrong password with 28000, and other refusals too.
 * @returns `refused` for a refused password
 * @throws DatabaseError for everything else, without any secret in it
 */
export function classifySignIn(failed: FailedSignIn): 'refused' {
  const { error, redact } = failed;
  if (KeyturnError.is(error)) throw error;
  const quoted: string[] = [];
  const quote: Quote = (text) => {
    const shown = shorten(text, redact);
    quoted.push(shown);
    return shown;
  };
  const problem =
    error instanceof ChannelError
      ? channelProblem(error, failed, quote)
      : serverProblem(failed, quote);
  if (problem === 'refused') return 'refused';
  const origin = error instanceof ChannelError && error.cause !== undefined ? error.cause : error;
  const message = problem.message.charAt(0).toUpperCase() + problem.message.slice(1);
  throw new DatabaseError({ ...problem, message, quoted, cause: sanitiseCause(origin, redact) });
}

function channelProblem(error: ChannelError, failed: FailedSignIn, quote: Quote): SignInProblem {
  const { user, connectTimeoutMs } = failed;
  const server = nameOf(failed.address);
  switch (error.problem) {
    case 'network':
      return describeNetworkProblem(error, server, quote);
    case 'tls':
      return describeTlsProblem(error, server, quote);
    case 'no-tls':
      return {
        code: 'KEYTURN_DATABASE_TLS',
        message: `${server} offers no TLS, so no password was sent.`,
        remedy:
          'Turn TLS on at the server, or set tlsMode to disable if the server cannot use TLS.',
        settings: ['tlsMode'],
      };
    case 'timeout':
      return {
        code: 'KEYTURN_DATABASE_TIMEOUT',
        message: `Timed out after ${connectTimeoutMs} ms connecting to ${server} (while ${error.phase}).`,
        remedy:
          'Check that the function runs in a subnet that reaches the cluster, that both security groups' +
          ' allow the port, and that the cluster is not paused. Raise connectTimeoutMs if the server needs longer.',
        settings: ['connectTimeoutMs'],
        retryable: true,
      };
    case 'not-postgres':
      return {
        code: 'KEYTURN_DATABASE_UNREACHABLE',
        message: `What answers at ${server} does not speak the PostgreSQL protocol.`,
        remedy: 'Check host and port in the secret.',
      };
    case 'clear-text':
      return {
        code: 'KEYTURN_DATABASE_CLEAR_TEXT',
        message: `${server} asked for the password of ${user} in clear text; it was not sent.`,
        remedy: 'Let the server ask for md5 or SCRAM, or find out who answers in its place.',
      };
    case 'sha256':
      return {
        code: 'KEYTURN_DATABASE_SHA256_USER',
        message: `The password of ${user} is stored as sha256, which the driver cannot sign in with.`,
        remedy: 'Set the same password once in md5 form (ALTER USER ... PASSWORD), then rotate.',
      };
    case 'no-password-asked':
      return {
        code: 'KEYTURN_DATABASE_REFUSED',
        message: `${server} let ${user} in without asking for the password, so nothing is proved.`,
        remedy: 'Let the server ask for a password (pg_hba.conf: no trust).',
      };
    case 'too-much-work':
      return {
        code: 'KEYTURN_DATABASE_PROTOCOL',
        message: `${server} asked for ${quote(error.message)} iterations of SCRAM; more than ${MOST_SCRAM_ITERATIONS} are not done.`,
        remedy:
          'Lower scram_iterations and set the password anew, or find out who answers in its place.',
      };
    case 'broken-protocol':
    case 'message-too-large':
    case 'result-too-large':
    case 'too-many-notices':
      return {
        code: 'KEYTURN_DATABASE_PROTOCOL',
        message: `${server} broke the protocol while ${error.phase}: ${quote(error.message)}. The connection was ended.`,
        remedy: 'Find out what answers there in place of the cluster.',
      };
    case 'unsupported-method':
      return {
        code: 'KEYTURN_DATABASE_REFUSED',
        message: `${server} wants ${user} to sign in by a method without a password (${quote(error.message)}).`,
        remedy: 'Rotate a user that signs in with a password of its own.',
      };
  }
}

function serverProblem(
  { error, address, user }: FailedSignIn,
  quote: Quote,
): SignInProblem | 'refused' {
  const server = nameOf(address);
  const state = sqlStateOf(error) ?? '';
  const text = messageOf(error);
  if (state === '28P01') return 'refused';
  if (state === '28000' && /password authentication failed/i.test(text)) return 'refused';
  const shown = quote(text);
  const said = `[${state}] ${shown}`;
  // Nothing published says how Redshift answers a locked user; whatever speaks of a lock is taken for it.
  if (state.startsWith('28') && /\block(?:ed|out)?\b/i.test(text)) {
    return {
      code: 'KEYTURN_USER_LOCKED',
      message: `${server} says that user ${user} is locked: ${said}.`,
      remedy:
        'After too many wrong passwords in a row a superuser has to unlock the user: ' +
        "ALTER USER ... LOGIN PASSWORD '...'. First find out who keeps presenting a wrong one.",
    };
  }
  switch (state) {
    case '28000':
      return {
        code: 'KEYTURN_DATABASE_REFUSED',
        message: `${server} refuses ${user} for another reason than the password: ${said}.`,
        remedy: /no pg_hba\.conf entry|SSL off/i.test(text)
          ? 'Allow this user, database and network in pg_hba.conf. If the message says "SSL off", keep TLS on.'
          : 'Let the user log in, or rotate another one.',
      };
    case '3D000':
      return {
        code: 'KEYTURN_DATABASE_UNKNOWN',
        message: `${server} has no database ${JSON.stringify(address.database)}.`,
        remedy: 'Correct dbname in the secret; without it the name is `dev`.',
      };
    case '53300':
      return {
        code: 'KEYTURN_DATABASE_FULL',
        message: `${server} takes no more connections: ${said}.`,
        remedy:
          "End idle sessions, or raise the connection limit of the cluster or the user's own.",
        retryable: true,
      };
    case '57P03':
    case '57P01':
    case '57P02':
      return {
        code: 'KEYTURN_DATABASE_UNREACHABLE',
        message: `${server} is starting up or shutting down: ${said}.`,
        remedy: 'Wait until the cluster is available.',
        retryable: true,
      };
    case '':
      if (text.startsWith('SASL: ')) {
        return {
          code: 'KEYTURN_DATABASE_PROTOCOL',
          message: `${server} did not go through with SCRAM: ${shown}.`,
          remedy: 'Find out what answers there in place of the cluster.',
        };
      }
      return {
        code: 'KEYTURN_DATABASE_UNREACHABLE',
        message: `The connection to ${server} broke while signing in: ${shown}.`,
        remedy:
          'Check that host and port in the secret lead to the cluster, and that it is available.',
        retryable: true,
      };
    default:
      return {
        code: 'KEYTURN_DATABASE_REFUSED',
        message: `${server} refuses the connection: ${said}.`,
        remedy: 'See the log of the cluster.',
      };
  }
}

function nameOf({ host, port }: DatabaseAddress): string {
  return `the database at ${host}:${port}`;
}
