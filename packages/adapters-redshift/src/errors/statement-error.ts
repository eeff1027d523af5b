import { DatabaseError, KeyturnError, type ErrorCode } from '@keyturn/core';
import { ChannelError, type ChannelProblem } from '../connection/channel-error.js';
import { shorten } from './cut-text.js';
import { verifiersIn, type Redact } from './redactor.js';
import { messageOf, sanitiseCause, sqlStateOf } from './sanitise-cause.js';

/** A statement that failed, as the driver reports it. */
export interface FailedStatement {
  readonly error: unknown;
  readonly sql: string;
  /** Whether the connection was given up because no answer came in time. */
  readonly timedOut: boolean;
  readonly redact: Redact;
}

interface Verdict {
  readonly code: ErrorCode;
  readonly remedy: string;
  /** The settings that help against it, by key. */
  readonly settings?: readonly string[] | undefined;
  readonly retryable?: boolean;
}

/** Turns what the driver says about a statement into keyturn's own error: no statement text, no secret. */
export function statementError(failed: FailedStatement): DatabaseError {
  const { error, sql, timedOut, redact } = failed;
  const state = sqlStateOf(error);
  const said = messageOf(error);
  const command = commandOf(sql);
  const verdict = timedOut ? TIMEOUT : (tooLarge(error) ?? judge(state, said, command));
  const { code, remedy, settings, retryable = false } = verdict;
  const sent = verifiersIn(sql);
  const hide: Redact = (text) => redact(text, sent);
  const shown = timedOut ? 'no answer in time' : shorten(said, hide);
  const failure = new DatabaseError({
    code,
    message: `${command} failed: ${state === undefined ? '' : `[${state}] `}${shown}.`,
    remedy,
    settings,
    retryable,
    ...(!timedOut && { quoted: shown }),
    cause: sanitiseCause(error, hide),
  });
  if (isPassing(state, said)) PASSING.add(failure);
  return failure;
}

const TIMEOUT: Verdict = {
  code: 'KEYTURN_DATABASE_TIMEOUT',
  remedy: 'It may or may not have run. Look for locks and a full queue in the cluster.',
  retryable: true,
};
const LOST: Verdict = {
  code: 'KEYTURN_DATABASE_CONNECTION_LOST',
  remedy: 'It may or may not have run. It is safe to retry.',
  retryable: true,
};
const CONFLICT: Verdict = {
  code: 'KEYTURN_DATABASE_CONFLICT',
  remedy: 'Another session was changing the same users or permissions. It is safe to retry.',
  retryable: true,
};
const FAILED: Verdict = {
  code: 'KEYTURN_DATABASE_STATEMENT_FAILED',
  remedy: 'Nothing was changed by it.',
};

/** Which limit of the connection an answer went beyond, and what can be done; undefined for any other error. */
function tooLarge(error: unknown): Verdict | undefined {
  const advice = error instanceof ChannelError ? TOO_LARGE[error.problem] : undefined;
  if (advice === undefined) return undefined;
  const { remedy, settings } = advice;
  return {
    code: 'KEYTURN_DATABASE_ANSWER_TOO_LARGE',
    remedy: `The connection was closed. The statement may or may not have run. ${remedy}`,
    settings,
  };
}

type Advice = Pick<Verdict, 'remedy' | 'settings'>;

const TOO_LARGE: Readonly<Partial<Record<ChannelProblem, Advice>>> = {
  'message-too-large': {
    remedy: 'Raise maxMessageBytes if messages of this length are expected.',
    settings: ['maxMessageBytes'],
  },
  'result-too-large': {
    remedy:
      'Raise maxResultBytes and the memory of the function if results of this size are expected.',
    settings: ['maxResultBytes'],
  },
  'too-many-notices': { remedy: 'Find out what raises them in the database.' },
};

function judge(state: string | undefined, said: string, command: string): Verdict {
  // Without a SQLSTATE it was not the server that spoke.
  if (state === undefined || state.startsWith('08') || state.startsWith('57P')) return LOST;
  // Redshift says 57014 for all of them; PostgreSQL has a time-out of its own for locks.
  if (state === '57014' || state === '55P03') return TIMEOUT;
  if (state === '42501') return { code: 'KEYTURN_DATABASE_PERMISSION', remedy: neededFor(command) };
  return isConflict(state, said) ? CONFLICT : FAILED;
}

/** Redshift reports conflicts in its catalogs as internal errors; the text tells. */
const INTERNAL_CONFLICT =
  /\b1023\b|serializable isolation violation|conflict with concurrent transaction|tuple concurrently (updated|deleted)/i;
/** The catalogs of users and default permissions, by the names that occur in errors. */
const SHARED_CATALOG = /pg_authid|pg_shadow|pg_user|pg_default_acl|pg_auth_members/i;

function isConflict(state: string, said: string): boolean {
  switch (state) {
    case '40001':
    case '40P01':
    case '42710':
      return true;
    case 'XX000':
      return INTERNAL_CONFLICT.test(said);
    case '23505':
      return SHARED_CATALOG.test(said);
    default:
      return false;
  }
}

/** Remembered apart from the message, out of which the text that tells may have been left. */
const PASSING = new WeakSet<object>();

/** A user that exists already will not go away. */
function isPassing(state: string | undefined, said: string): boolean {
  return state !== '42710' && !(state === '23505' && !/pg_default_acl/i.test(said));
}

/**
 * Whether the same statement may succeed at once, without looking at the database anew. A user that exists
 * already will not.
 */
export function isPassingConflict(error: unknown): boolean {
  return KeyturnError.is(error, 'KEYTURN_DATABASE_CONFLICT') && PASSING.has(error);
}

function neededFor(command: string): string {
  switch (command) {
    case 'CREATE USER':
    case 'DROP USER':
      return `The superuser secret must name a superuser, or one with the system privilege ${command}.`;
    case 'ALTER USER':
      return 'It takes the user itself, a superuser, or the system privilege ALTER USER.';
    case 'GRANT':
    case 'ALTER GROUP':
      return 'Granting takes a superuser; the superuser secret must name one.';
    default:
      return 'Grant the permission it names to the user of the secret.';
  }
}

/** What a statement does, without its values. */
function commandOf(sql: string): string {
  const [first = '', second = ''] = sql.trim().toUpperCase().split(/\s+/, 2);
  return ['ALTER', 'CREATE', 'DROP'].includes(first) ? `${first} ${second}` : first;
}
