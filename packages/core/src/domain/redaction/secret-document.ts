import { inJson } from './spellings.js';

/** Keys of a database secret that say where and who; their values are needed to read a message. */
const PLAIN_KEYS: ReadonlySet<string> = new Set([
  'engine',
  'host',
  'port',
  'dbname',
  'username',
  'masterarn',
  'ssl',
]);

/** A stretch of a secret's text; keys, punctuation and plain values are not secret by themselves. */
export interface Piece {
  readonly text: string;
  readonly secret: boolean;
}

/** A secret whose text is a JSON object, taken apart. */
export interface SecretDocument {
  /** The whole text, in order. */
  readonly pieces: readonly Piece[];
  /** Every secret value in it, unescaped. */
  readonly values: readonly SecretValue[];
}

/** One value of a {@link SecretDocument}. */
export interface SecretValue {
  readonly text: string;
  /** The nearest key before it, at whatever depth. */
  readonly key: string | undefined;
}

const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/gs;

/**
 * Takes the text of a secret apart, at whatever depth and without recursion.
 * @returns undefined for what is no JSON object; then all of it has to count as secret.
 */
export function parseSecretDocument(text: string): SecretDocument | undefined {
  if (!isJsonObject(text)) return undefined;
  const pieces: Piece[] = [];
  const values: SecretValue[] = [];
  let copied = 0;
  let key: string | undefined;
  // Only the value right behind a plain key is plain: whatever is in a list or an object there is not.
  let isPlain = false;
  let candidate: string | undefined;
  const take = (start: number, end: number, value: string): void => {
    pieces.push({ text: text.slice(copied, start), secret: false });
    pieces.push({ text: text.slice(start, end), secret: true });
    copied = end;
    values.push({ text: value, key });
  };
  const tokens = [...text.matchAll(TOKENS)];
  tokens.forEach(({ 0: token, index }, at) => {
    const isText = token.startsWith('"');
    if (isText && tokens[at + 1]?.[0] === ':') {
      candidate = JSON.parse(token) as string;
    } else if (token === ':') {
      key = candidate;
      isPlain = key !== undefined && PLAIN_KEYS.has(key);
    } else if (/^[{}[\],]$/.test(token)) isPlain = false;
    else if (isText && !isPlain) {
      take(index + 1, index + token.length - 1, JSON.parse(token) as string);
    } else if (/^[-\d]/.test(token) && !isPlain) take(index, index + token.length, token);
  });
  pieces.push({ text: text.slice(copied), secret: false });
  return { pieces, values };
}

/** The same as it stands within a JSON string, as in the body of a request. */
export function escapePieces(pieces: readonly Piece[]): readonly Piece[] {
  return pieces.map(({ text, secret }) => ({ text: inJson(text), secret }));
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
