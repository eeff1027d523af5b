import type { Redact } from './redactor.js';

/** What is kept of a driver's error: enough to look it up, nothing that could hold a value. */
export interface SanitisedCause extends Error {
  /** SQLSTATE or Node's own code. */
  readonly code?: string;
}

/** A copy of an error without its stack, its fields and the secrets in its message. */
export function sanitiseCause(error: unknown, redact: Redact): SanitisedCause {
  const { code, name } = error instanceof Error ? (error as SanitisedCause) : {};
  const copy: Error & { code?: string } = new Error(redact(messageOf(error)));
  copy.name = name ?? 'Error';
  copy.stack = `${copy.name}: ${copy.message}`;
  if (typeof code === 'string') copy.code = code;
  return copy;
}

/** The text of whatever was thrown. Node's errors about several addresses have theirs one level down. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map(messageOf).join('; ');
  }
  return error instanceof Error ? error.message : String(error);
}

/** The classes of SQLSTATE. Node's own codes may have five letters, too (EPIPE). */
const SQLSTATE = /^(?:\d[\dA-Z]|F0|HV|P0|XX)[\dA-Z]{3}$/;

/** SQLSTATE of an error, of the driver's or of one of keyturn's own that it caused. */
export function sqlStateOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && SQLSTATE.test(code)) return code;
  return sqlStateOf(error.cause);
}
