import { Sensitive } from '@keyturn/core';

/**
 * A text that is the same for equal values and different for different ones: maps, sets, errors and the hidden
 * text of a `Sensitive` count, functions and the order of an object's keys do not. For tests only: it shows secrets.
 */
export function fingerprint(value: unknown): string {
  return JSON.stringify(plain(value));
}

function plain(value: unknown): unknown {
  if (typeof value === 'function') return undefined;
  if (value === undefined) return { undefined: true };
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Sensitive) return { sensitive: value.reveal() };
  if (value instanceof Map) return { map: [...value].map(plain).map(asText).sort() };
  if (value instanceof Set) return { set: [...value].map(plain).map(asText).sort() };
  if (value instanceof Error) {
    const { name, message, code } = value as Error & { code?: unknown };
    return { error: [name, message, plain(code)] };
  }
  if (Array.isArray(value)) return value.map(plain);
  const entries = Object.entries(value).map(([key, member]) => [key, plain(member)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const asText = (value: unknown) => JSON.stringify(value);
