/**
 * The ways in which a secret may be written into a text: as it is, in the normal forms of Unicode, escaped for JSON
 * (once, twice, in ASCII alone), for a URL (once, twice), a form, SQL, HTML, a shell, a pattern or a quoted literal, in
 * base64 at any alignment, and as bytes in hexadecimal or decimal digits. Letter case is not told apart.
 */
export function spellingsOf(secret: string): ReadonlySet<string> {
  const json = inJson(secret);
  const url = inUrl(secret);
  const bytes = new TextEncoder().encode(secret);
  return new Set([
    secret,
    json,
    inJson(json),
    asciiOnly(json),
    json.replaceAll('/', '\\/'),
    ...(url === undefined ? [] : urlForms(url)),
    secret.replaceAll("'", "''"),
    secret.replaceAll('\\', '\\\\'),
    secret.replaceAll('\\', '\\\\').replaceAll("'", "\\'"),
    secret.replaceAll("'", "'\\''"),
    secret.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'),
    secret.replace(/[^\p{L}\p{N}\s_]/gu, '\\$&'),
    ...(['NFC', 'NFD', 'NFKC'] as const).map((form) => secret.normalize(form)),
    ...inHtml(secret),
    ...[0, 1, 2].flatMap((offset) => {
      const base64 = inBase64(bytes, offset);
      return [base64, base64.replaceAll('+', '-').replaceAll('/', '_')];
    }),
    ...inDigits(bytes),
  ]);
}

/** Escaped as within a JSON string, without the quotation marks. */
export function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** As serializers write it that stay within ASCII, such as Python's. */
function asciiOnly(json: string): string {
  return json.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Unpaired surrogates cannot be written in a URL. */
function inUrl(text: string): string | undefined {
  return /\p{Cs}/u.test(text) ? undefined : encodeURIComponent(text);
}

/** Encoders differ in which marks they escape besides those that all do, in their digits, and in how a space looks. */
function urlForms(url: string): readonly string[] {
  const escaping = (marks: RegExp): string =>
    url.replace(marks, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  return [url, escaping(/[!'()*]/g), escaping(/[!'()~]/g)].flatMap((each) => {
    return [each, each.replaceAll('%', '%25'), each.replaceAll('%20', '+')];
  });
}

/** How quotation marks are written in HTML, besides not at all. */
const QUOTES: readonly (readonly [double: string, single: string])[] = [
  ['"', "'"],
  ['&quot;', "'"],
  ['&quot;', '&#39;'],
  ['&quot;', '&#x27;'],
  ['&quot;', '&apos;'],
  ['&#34;', '&#39;'],
];

function inHtml(text: string): readonly string[] {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return [escaped, escaped.replaceAll('>', '&gt;')].flatMap((each) =>
    QUOTES.map(([double, single]) => each.replaceAll('"', double).replaceAll("'", single)),
  );
}

/** As dumps of buffers and lists of bytes have them. */
function inDigits(bytes: Uint8Array): readonly string[] {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  const separated = ['', ' ', ':', ', 0x', ',0x', '\\x'].map(
    // What marks each byte as one stands before the first of them too.
    (between) => `${between.replace(/^[ :,]+/, '')}${hex.join(between)}`,
  );
  return [...separated, bytes.join(','), bytes.join(', ')];
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * The characters of a base64 text that these bytes alone decide, where `offset` bytes come before them in their group
 * of three.
 */
function inBase64(bytes: Uint8Array, offset: number): string {
  const padded = new Uint8Array(offset + bytes.length + 1);
  padded.set(bytes, offset);
  const bits = 8 * (offset + bytes.length);
  let digits = '';
  for (let bit = 6 * Math.ceil((8 * offset) / 6); bit + 6 <= bits; bit += 6) {
    const [high = 0, low = 0] = padded.subarray(bit >> 3, (bit >> 3) + 2);
    digits += BASE64.charAt((((high << 8) | low) >> (10 - (bit % 8))) & 63);
  }
  return digits;
}
