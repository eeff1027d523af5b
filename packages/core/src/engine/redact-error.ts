import { KeyturnError } from '../errors.js';
import type { Sensitive } from '../domain/sensitive.js';

const REDACTED = '[redacted]';
/** A cause can have a cause; a chain longer than this is cut. */
const MOST_CAUSES = 5;

/**
 * Makes sure that no secret is in an error that leaves the engine. Keyturn errors stay what they are, with
 * every text in them cleaned; anything else becomes `KEYTURN_UNEXPECTED` with a cleaned copy as its cause.
 */
export function redactError(error: unknown, secrets: Iterable<Sensitive>): KeyturnError {
  const hide = hider(secrets);
  if (!KeyturnError.is(error)) {
    const cause = copyError(error, hide, MOST_CAUSES);
    return new KeyturnError({
      code: 'KEYTURN_UNEXPECTED',
      message: `Something unforeseen went wrong: ${cause.message}`,
      remedy: 'The cause says what; a retry may help.',
      retryable: true,
      cause,
    });
  }
  const fields = error as unknown as Record<string, unknown>;
  for (const key of ['message', 'stack', 'remedy']) {
    const text = fields[key];
    // Written only where it changes: some of these are read-only for the type, none for the object.
    if (typeof text === 'string' && hide(text) !== text) fields[key] = hide(text);
  }
  if (Array.isArray(fields['failures'])) {
    fields['failures'] = (fields['failures'] as { check: string; reason: string }[]).map(
      ({ check, reason }) => ({ check: hide(check), reason: hide(reason) }),
    );
  }
  if (error.cause !== undefined) fields['cause'] = copyError(error.cause, hide, MOST_CAUSES);
  return error;
}

/** A copy that keeps name, code, message, stack and cause, all cleaned, and nothing else of the original. */
function copyError(error: unknown, hide: (text: string) => string, depth: number): Error {
  if (!(error instanceof Error)) return new Error(hide(describe(error)));
  const copy = new Error(hide(error.message));
  copy.name = error.name;
  if (error.stack !== undefined) copy.stack = hide(error.stack);
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') Object.assign(copy, { code: hide(code) });
  if (error.cause !== undefined && depth > 1) copy.cause = copyError(error.cause, hide, depth - 1);
  return copy;
}

function describe(thrown: unknown): string {
  return typeof thrown === 'string' ? thrown : `a thrown ${typeof thrown}`;
}

/** Replaces each secret in the spellings it could have in a text, the longest first. */
function hider(secrets: Iterable<Sensitive>): (text: string) => string {
  const spellings = new Set<string>();
  for (const secret of secrets) {
    const text = secret.reveal();
    for (const spelling of [text, JSON.stringify(text).slice(1, -1), safeUriComponent(text)]) {
      if (spelling !== '') spellings.add(spelling);
    }
  }
  const longestFirst = [...spellings].sort((a, b) => b.length - a.length);
  return (text) =>
    longestFirst.reduce((hidden, secret) => hidden.replaceAll(secret, REDACTED), text);
}

/** A message with every secret hidden, for texts that go into errors and events. */
export function redactText(text: string, secrets: Iterable<Sensitive>): string {
  return hider(secrets)(text);
}

/** Unpaired surrogates cannot be encoded; such a text has no URI spelling to hide. */
function safeUriComponent(text: string): string {
  return /\p{Cs}/u.test(text) ? '' : encodeURIComponent(text);
}
