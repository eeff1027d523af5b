import { anyOf } from '../domain/redaction/any-of.js';
import { standIn } from '../domain/redaction/mask-text.js';
import { createRedactor, LEFT_OUT, type Redactor } from '../domain/redaction/redactor.js';
import type { Sensitive } from '../domain/sensitive.js';
import { KeyturnError, type CheckFailure, type VerificationFailedError } from '../errors.js';

/** A cause can have a cause; a chain longer than this is cut. */
const MOST_CAUSES = 5;

/** Fields of a keyturn error that name its place or its kind and are compared by programs. */
const NAMES: ReadonlySet<string> = new Set(['name', 'code', 'step', 'secretId', 'versionId']);

/**
 * Makes sure that no secret is in an error that leaves the engine. Keyturn errors stay what they are, with
 * every text in them cleaned; anything else becomes `KEYTURN_UNEXPECTED` with a cleaned copy as its cause.
 */
export function redactError(error: unknown, secrets: Iterable<Sensitive>): KeyturnError {
  const redactor = redactorFor(secrets);
  if (!KeyturnError.is(error)) {
    const cause = copyChain(error, redactor);
    return new KeyturnError({
      code: 'KEYTURN_UNEXPECTED',
      message: `Something unforeseen went wrong: ${cause.message}`,
      remedy: 'The cause says what; a retry may help.',
      retryable: true,
      quoted: cause.message,
      cause,
    });
  }
  const cleaned = cleanFields(error, redactor);
  // What was frozen cannot be cleaned, so that a copy takes its place.
  const isClean = [...cleaned].every(([key, value]) => Reflect.set(error, key, value));
  return isClean ? error : copyOf(error, cleaned);
}

/** A message with every secret hidden, for texts of others that go into errors and events. */
export function redactText(text: string, secrets: Iterable<Sensitive>): string {
  return redactorFor(secrets).foreign(text);
}

function redactorFor(secrets: Iterable<Sensitive>): Redactor {
  return createRedactor({ texts: Array.from(secrets, (secret) => secret.reveal()) });
}

/** The fields of an error that have to change, with what they are to be. */
function cleanFields(error: KeyturnError, redactor: Redactor): ReadonlyMap<string, unknown> {
  const { mask, foreign } = redactor;
  const cleaned = new Map<string, unknown>();
  // Another copy of this package may be older.
  const { quoted = [], failures } = error as Partial<VerificationFailedError>;
  for (const key of Object.getOwnPropertyNames(error)) {
    const value = (error as unknown as Record<string, unknown>)[key];
    if (typeof value !== 'string' || NAMES.has(key)) continue;
    const isMessage = key === 'message' || key === 'stack';
    const text = mask(isMessage ? withoutQuoted(value, quoted, redactor) : value);
    if (text !== value) cleaned.set(key, text);
  }
  if (quoted.length > 0) cleaned.set('quoted', quoted.map(foreign));
  if (Array.isArray(failures)) {
    const hide = ({ check, reason }: CheckFailure): CheckFailure => ({
      check: mask(check),
      reason: foreign(reason),
    });
    cleaned.set('failures', failures.map(hide));
  }
  if (error.cause !== undefined) cleaned.set('cause', copyChain(error.cause, redactor));
  return cleaned;
}

/** Hides or leaves out what a message quotes of others. */
function withoutQuoted(message: string, quoted: readonly string[], { foreign }: Redactor): string {
  const secret = quoted.filter((part) => part !== '' && foreign(part) !== part);
  if (!secret.every((part) => message.includes(part))) return LEFT_OUT;
  const hide = (part: string): string => {
    const shown = foreign(part);
    return shown === LEFT_OUT ? standIn(LEFT_OUT, part.length) : shown;
  };
  const pattern = anyOf(secret);
  return pattern ? message.replace(pattern, hide) : message;
}

function copyOf(error: KeyturnError, cleaned: ReadonlyMap<string, unknown>): KeyturnError {
  const copy = new KeyturnError({ code: error.code, message: '' });
  for (const key of Object.getOwnPropertyNames(error)) {
    const value = (error as unknown as Record<string, unknown>)[key];
    Reflect.set(copy, key, cleaned.has(key) ? cleaned.get(key) : value);
  }
  return copy;
}

/** A copy of a chain that keeps name, code, message, stack and cause, all cleaned, and nothing else of it. */
function copyChain(error: unknown, redactor: Redactor): Error {
  const first = copyError(error, redactor);
  let copy = first;
  let original = error;
  for (let causes = 1; causes < MOST_CAUSES; causes++) {
    if (!(original instanceof Error) || original.cause === undefined) break;
    original = original.cause;
    const next = copyError(original, redactor);
    copy.cause = next;
    copy = next;
  }
  return first;
}

function copyError(error: unknown, { label, foreign }: Redactor): Error {
  if (!(error instanceof Error)) return new Error(foreign(describe(error)));
  const { message, name, stack, code } = error as Error & { readonly code?: unknown };
  const copy = new Error(foreign(String(message)));
  copy.name = label(String(name));
  // A stack begins with the message.
  if (stack !== undefined) copy.stack = foreign(String(stack));
  if (typeof code === 'string') Object.assign(copy, { code: label(code) });
  return copy;
}

function describe(thrown: unknown): string {
  return typeof thrown === 'string' ? thrown : `a thrown ${typeof thrown}`;
}
