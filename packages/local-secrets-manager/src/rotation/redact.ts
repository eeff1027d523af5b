import { createRedactor } from '@keyturn/core';
import type { Secret } from '../model/secret.js';

/**
 * Takes every value of the secret out of a function's error, in all spellings and in parts, as keyturn does with its
 * own errors. Values of fewer than 4 characters stay.
 */
export function redact(text: string, secret: Secret | undefined): string {
  const values = (secret?.versions ?? []).flatMap(({ value }) => (value ? [value] : []));
  return createRedactor({
    texts: values.map((value) => (value.kind === 'string' ? value.text : decode(value.base64))),
    passwords: values.flatMap((value) => (value.kind === 'string' ? [] : [value.base64])),
    // Secrets in tests may well be words; keyturn itself leaves the error out then.
    short: 'hide',
  }).foreign(text);
}

/** The bytes as text, which is what a function would print. */
function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
