import { anyOf } from './any-of.js';
import {
  CUT_FRAGMENT,
  foldHidden,
  FRAGMENT,
  maskText,
  type Form,
  type Hidden,
} from './mask-text.js';
import { escapePieces, parseSecretDocument, type Piece } from './secret-document.js';
import { spellingsOf } from './spellings.js';

/** What stands for a text that was left out altogether. */
export const LEFT_OUT = '[left out]';

/** How much of somebody else's text is kept, in characters. */
const MOST = 16_384;
const CUT = ' [cut]';

/** md5 and SCRAM verifiers and Redshift's sha256 form, which are as good as the password; also when cut at the end. */
const VERIFIERS =
  /md5[0-9a-f]{8,}|SCRAM-SHA-256\$[0-9]+:[\w+/=]*(?:\$[\w+/=]*)?(?::[\w+/=]*)?|sha256\|[^\s'"]+/gi;

/** Takes secrets out of texts. Pure; may be used as often as wanted. */
export interface Redactor {
  /** A text of keyturn's own, which names no secret: stretches that are part of one are hidden all the same. */
  mask(text: string): string;
  /**
   * A text of somebody else, such as a server or a driver. It is left out altogether where a secret is too short to
   * be told from ordinary text, and cut after 16,384 characters.
   */
  foreign(text: string): string;
  /** A name or code of somebody else's, which stays where it has the form of one, such as `ECONNRESET` or `TypeError`. */
  label(text: string): string;
}

/** The secrets that a {@link Redactor} hides. */
export interface Secrets {
  /** Passwords, tokens and texts of secrets; a JSON object counts by its values, anything else as a whole. */
  readonly texts?: Iterable<string>;
  /** Passwords, which count as a whole whatever they look like. */
  readonly passwords?: Iterable<string>;
  /**
   * What becomes of secrets of fewer than 8 characters. `leave-out`: foreign texts are left out. `hide`, for tests,
   * whose secrets may well be words: from 4 characters on they are hidden wherever they stand as a whole, and shorter
   * ones are shown. Default `leave-out`.
   */
  readonly short?: 'leave-out' | 'hide';
}

/**
 * Makes a {@link Redactor}. Hidden is every stretch of 8 characters of a secret, in each of its spellings, and every
 * stretch of 4 that stands alone between quotation marks, ellipses or ends of the text.
 *
 * Eight, because that is the shortest password that Redshift takes, because words of ordinary text rarely are that
 * long, and because of a generated password 24 characters are still unknown when seven are not. For the same reason a
 * shorter password cannot be told from ordinary text: where one is among the secrets, foreign texts are left out.
 * Values of a JSON object other than its passwords may be short words such as `prod`; those do not count.
 */
export function createRedactor(secrets: Secrets): Redactor {
  const { texts = [], passwords = [], short = 'leave-out' } = secrets;
  const values = new Set<string>();
  const forms: Form[] = [];
  let tooShort = false;
  const addSecret = (secret: string): void => {
    if (secret.length >= (short === 'hide' ? CUT_FRAGMENT : FRAGMENT)) values.add(secret);
    else if (secret !== '' && short === 'leave-out') tooShort = true;
  };
  for (const password of passwords) addSecret(password);
  for (const text of texts) {
    const document = parseSecretDocument(text);
    if (document === undefined) addSecret(text);
    else {
      for (const { text: value, key } of document.values) {
        if (isPassword(key)) addSecret(value);
        else if (value.length >= CUT_FRAGMENT) values.add(value);
      }
      const escaped = escapePieces(document.pieces);
      for (const pieces of [document.pieces, escaped, escapePieces(escaped)]) {
        forms.push(formOf(pieces));
      }
    }
  }
  for (const value of values) {
    for (const text of spellingsOf(value)) {
      if (text.length >= FRAGMENT) forms.push({ text, starts: [[0, text.length - FRAGMENT + 1]] });
    }
  }
  const words = [...values].filter(({ length }) => length < FRAGMENT);
  const pattern = short === 'hide' ? anyOf(words) : undefined;
  const patterns = pattern === undefined ? [VERIFIERS] : [VERIFIERS, pattern];
  const hidden: Hidden = { forms, cuttable: values, patterns };
  let folded: Hidden | undefined;
  const maskForeign = (text: string): string => maskText(text, (folded ??= foldHidden(hidden)));
  return {
    mask: (text) => maskText(text, hidden),
    foreign(text) {
      if (tooShort) return LEFT_OUT;
      if (text.length <= MOST) return maskForeign(text);
      // What is left of a secret at the cut could be too short to be found.
      return maskForeign(text.slice(0, MOST)).slice(0, 1 - FRAGMENT) + CUT;
    },
    label(text) {
      return tooShort && !isUsualLabel(text) ? LEFT_OUT : maskForeign(text.slice(0, LONGEST_LABEL));
    },
  };
}

const LONGEST_LABEL = 128;

/** A code of Node or a SQLSTATE, or the name of a class of errors. */
function isUsualLabel(text: string): boolean {
  return /^(?:E[A-Z]{2,20}|[A-Z0-9]{5}|(?:ERR|KEYTURN)_[A-Z_]{1,80}|(?:[A-Z][a-z]{1,20}){0,6}Error)$/.test(
    text,
  );
}

/** Of whatever spelling, such as `masterPassword`. */
function isPassword(key = ''): boolean {
  return /passw|pwd/i.test(key);
}

/** A document as one form: every stretch that holds any of its secret characters. */
function formOf(pieces: readonly Piece[]): Form {
  const starts: [number, number][] = [];
  let text = '';
  for (const piece of pieces) {
    if (piece.secret && piece.text !== '') {
      const from = text.length - FRAGMENT + 1;
      starts.push([Math.max(starts.at(-1)?.[1] ?? 0, from), text.length + piece.text.length]);
    }
    text += piece.text;
  }
  const end = Math.max(0, text.length - FRAGMENT + 1);
  return { text, starts: starts.map(([from, to]) => [from, Math.min(to, end)] as const) };
}
