import type { Secret } from '../model/secret.js';

/** Keys of a database secret that say where, not what: their values help to read an error. */
const PLAIN_KEYS = new Set(['engine', 'host', 'port', 'dbname', 'username', 'masterarn']);
const SHORTEST = 4;

/** Takes every value of the secret, and every value inside its JSON, out of a text. */
export function redact(text: string, secret: Secret | undefined): string {
  const values = (secret?.versions ?? []).flatMap(({ value }) => {
    if (!value) return [];
    return value.kind === 'string' ? [value.text, ...leaves(value.text)] : [value.base64];
  });
  const longestFirst = values
    .filter((value) => value.length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
  return longestFirst.reduce((redacted, value) => redacted.replaceAll(value, '[redacted]'), text);
}

function leaves(json: string): string[] {
  try {
    return stringsIn(JSON.parse(json));
  } catch {
    return [];
  }
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) =>
    PLAIN_KEYS.has(key) ? [] : stringsIn(entry),
  );
}
