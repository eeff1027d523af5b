import { shorten } from './cut-text.js';
import type { Redact } from './redactor.js';

/** What is kept of a driver's error: enough to look it up, nothing that could hold a value. */
export interface SanitisedCause extends Error {
  /** SQLSTATE or Node's own code. */
  readonly code?: string;
}

/** SQLSTATE and Node's codes; a server may send anything for one. */
const CODE = /^\w{1,64}$/;

/** A copy of an error without its stack, its fields and the secrets in its message. */
export function sanitiseCause(error: unknown, redact: Redact): SanitisedCause {
  const { code, name } = error instanceof Error ? (error as SanitisedCause) : {};
  const copy: Error & { code?: string } = new Error(shorten(messageOf(error), redact));
  copy.name = name ?? 'Error';
  copy.stack = `${copy.name}: ${copy.message}`;
  if (typeof code === 'string' && CODE.test(code)) copy.code = code;
  return copy;
}

/** Errors within errors are looked at as far as this; they may be many, and may hold each other. */
const MOST_ERRORS = 16;

/** The text of whatever was thrown. Node's errors about several addresses have theirs further down. */
export function messageOf(error: unknown): string {
  const texts: string[] = [];
  const open: unknown[] = [error];
  const seen = new Set<unknown>();
  while (open.length > 0 && seen.size < MOST_ERRORS) {
    const next = open.shift();
    if (seen.has(next)) continue;
    seen.add(next);
    if (next instanceof AggregateError && next.message === '') {
      open.unshift(...(next.errors as readonly unknown[]).slice(0, MOST_ERRORS));
    } else texts.push(next instanceof Error ? next.message : String(next));
  }
  return texts.join('; ');
}

/** The classes of SQLSTATE. Node's own codes may have five letters, too (EPIPE). */
const SQLSTATE = /^(?:\d[\dA-Z]|F0|HV|P0|XX)[\dA-Z]{3}$/;

/** SQLSTATE of an error, of the driver's or of one of keyturn's own that it caused. */
export function sqlStateOf(error: unknown): string | undefined {
  let at = error;
  for (let errors = 0; at instanceof Error && errors < MOST_ERRORS; errors++) {
    const { code } = at as { code?: unknown };
    if (typeof code === 'string' && SQLSTATE.test(code)) return code;
    at = at.cause;
  }
  return undefined;
}
