import type { Secret } from '../model/secret.js';

/** Keys of a database secret that say where, not what: their values help to read an error. */
const PLAIN_KEYS = new Set(['engine', 'host', 'port', 'dbname', 'username', 'masterarn', 'ssl']);
/** Shorter values stay: those of tests may well be words. */
const SHORTEST = 4;
/** Longer ones are hidden in parts as well, since parsers quote parts; as keyturn does with its own errors. */
const FRAGMENT = 8;
const REDACTED = '[redacted]';

/**
 * Takes every value of the secret, and every value inside its JSON, out of a text, as it is and escaped for JSON. One
 * pass: what stands for a value is not searched again, and the text does not get longer.
 */
export function redact(text: string, secret: Secret | undefined): string {
  const spellings = new Set(
    valuesOf(secret)
      .filter((value) => value.length >= SHORTEST)
      .flatMap((value) => [value, JSON.stringify(value).slice(1, -1)]),
  );
  const wanted = new Set<string>();
  for (const spelling of spellings) {
    if (spelling.length < FRAGMENT) wanted.add(spelling);
    for (let at = 0; at + FRAGMENT <= spelling.length; at++) {
      wanted.add(spelling.slice(at, at + FRAGMENT));
    }
  }
  const hidden = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    for (let length = SHORTEST; length <= FRAGMENT; length++) {
      if (wanted.has(text.slice(at, at + length))) hidden.fill(1, at, at + length);
    }
  }
  return text.replace(/[^]/g, (unit, at: number) => {
    if (hidden[at] !== 1) return unit;
    if (hidden[at - 1] === 1) return '';
    const end = hidden.indexOf(0, at);
    const length = (end < 0 ? text.length : end) - at;
    return length < REDACTED.length ? '***' : REDACTED;
  });
}

function valuesOf(secret: Secret | undefined): readonly string[] {
  return (secret?.versions ?? []).flatMap(({ value }) => {
    if (!value) return [];
    if (value.kind === 'string') return textsIn(value.text);
    return [value.base64, Buffer.from(value.base64, 'base64').toString('utf8')];
  });
}

/** Without recursion, as a value may be nested deeply. What is no JSON document counts as a whole. */
function textsIn(json: string): readonly string[] {
  const document = parse(json);
  if (typeof document !== 'object' || document === null) return [json];
  const texts: string[] = [];
  const open: unknown[] = [document];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === 'string') texts.push(value);
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, entry] of Object.entries(value)) {
      // Only the text right behind a plain key is plain.
      if (typeof entry !== 'string' || !PLAIN_KEYS.has(key)) open.push(entry);
    }
  }
  return texts;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
