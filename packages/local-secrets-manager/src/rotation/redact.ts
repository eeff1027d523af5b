import type { Secret } from '../model/secret.js';
import { foldCase, spellingsOf } from './spellings.js';

/** Keys of a database secret that say where, not what: their values help to read an error. */
const PLAIN_KEYS = new Set(['engine', 'host', 'port', 'dbname', 'username', 'masterarn', 'ssl']);
/** Shorter values stay: those of tests may well be words. */
const SHORTEST = 4;
/** Longer ones are hidden in parts as well, since parsers quote parts; as keyturn does with its own errors. */
const FRAGMENT = 8;
const REDACTED = '[redacted]';
/** How much of a function's error is kept, in characters. */
const MOST = 16_384;

/** What is taken out of a text. */
export interface ToHide {
  /** All values of these, from 4 characters on. */
  readonly secrets: readonly Secret[];
  /** Values of these from 8 characters on: shorter ones may well be words, and these secrets are less likely in it. */
  readonly others?: Iterable<Secret>;
  /** Secret as a whole. */
  readonly tokens?: readonly string[];
}

/**
 * Takes values of secrets, and every value inside their JSON, out of a text, in whatever spelling and case. One pass: what stands for a value is not searched again, and the text does
 * not get longer. Takes time in proportion to the text and the secrets.
 */
export function redact(text: string, { secrets, others = [], tokens = [] }: ToHide): string {
  const given = text.slice(0, MOST);
  const searched = foldCase(given);
  const hidden = new Uint8Array(given.length);
  const places = placesOf(searched);
  const hide = (value: string, shortest = SHORTEST): void => {
    if (value.length < shortest) return;
    for (const spelling of spellingsOf(value)) {
      if (spelling.length < FRAGMENT) hideWhole(searched, spelling, hidden);
      else hideParts(places, spelling, hidden);
    }
  };
  for (const value of [...tokens, ...secrets.flatMap(valuesOf)]) hide(value);
  for (const other of others) {
    for (const value of valuesOf(other)) hide(value, FRAGMENT);
  }
  const shown = replaceHidden(given, hidden);
  // What is left of a value at the cut could be too short to be found.
  return text.length > MOST ? `${shown.slice(0, 1 - FRAGMENT)} [cut]` : shown;
}

/** Where each part of a text occurs. The sieve says no to most others without a copy of them. */
interface Places {
  readonly at: ReadonlyMap<string, number[]>;
  readonly sieve: Uint8Array;
}

function sieveIndex(text: string, at: number): number {
  const middle = text.charCodeAt(at + 3) * 31;
  return (text.charCodeAt(at) * 961 + middle + text.charCodeAt(at + FRAGMENT - 1)) & 0xffff;
}

function placesOf(text: string): Places {
  const places = new Map<string, number[]>();
  const sieve = new Uint8Array(0x10000);
  for (let at = 0; at + FRAGMENT <= text.length; at++) {
    sieve[sieveIndex(text, at)] = 1;
    const part = text.slice(at, at + FRAGMENT);
    const known = places.get(part);
    if (known) known.push(at);
    else places.set(part, [at]);
  }
  return { at: places, sieve };
}

function hideParts(places: Places, spelling: string, hidden: Uint8Array): void {
  for (let at = 0; at + FRAGMENT <= spelling.length; at++) {
    if (places.sieve[sieveIndex(spelling, at)] === 0) continue;
    const found = places.at.get(spelling.slice(at, at + FRAGMENT));
    // Emptied, so that each place is hidden once however often the part occurs in values.
    for (const place of found?.splice(0) ?? []) hidden.fill(1, place, place + FRAGMENT);
  }
}

function hideWhole(text: string, word: string, hidden: Uint8Array): void {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    hidden.fill(1, at, at + word.length);
  }
}

function replaceHidden(text: string, hidden: Uint8Array): string {
  return text.replace(/[^]/g, (unit, at: number) => {
    if (hidden[at] !== 1) return unit;
    if (hidden[at - 1] === 1) return '';
    const end = hidden.indexOf(0, at);
    const length = (end < 0 ? text.length : end) - at;
    return length < REDACTED.length ? '***' : REDACTED;
  });
}

function valuesOf(secret: Secret): readonly string[] {
  return secret.versions.flatMap(({ value }) => {
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
    if (typeof value === 'number') texts.push(...digitsOf(value));
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, entry] of Object.entries(value)) {
      // Only what stands right behind a plain key is plain.
      if ((typeof entry === 'object' && entry !== null) || !PLAIN_KEYS.has(key)) open.push(entry);
    }
  }
  // As they are written, since numbers of so many digits are not read exactly.
  return [...texts, ...(json.match(/(?<![\w.])\d{16,}/g) ?? [])];
}

/** A number may be a secret where it is too long for a count or a port. */
function digitsOf(value: number): readonly string[] {
  const digits = String(value);
  return digits.length < FRAGMENT ? [] : [digits];
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
