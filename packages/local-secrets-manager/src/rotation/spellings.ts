/**
 * The ways in which a value of a secret may be written into an error, in small letters, since case is not told apart: as
 * it is, escaped for JSON, a URL, SQL, HTML or a quoted literal, in base64 at any alignment, and as digits of its bytes.
 */
export function spellingsOf(value: string): ReadonlySet<string> {
  const json = escapeJson(value);
  const bytes = Buffer.from(value);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  const base64 = [0, 1, 2].map((offset) => base64At(bytes, offset));
  return new Set(
    [
      value,
      json,
      escapeJson(json),
      json.replace(
        /[^\0-\x7f]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      ),
      ...urlForms(value),
      value.replaceAll("'", "''"),
      value.replaceAll('\\', '\\\\').replaceAll("'", "\\'"),
      ...htmlForms(value),
      ...base64,
      ...base64.map((digits) => digits.replaceAll('+', '-').replaceAll('/', '_')),
      ...['', ' ', ':', '\\x'].map((between) => hex.join(between)),
      bytes.join(','),
      bytes.join(', '),
    ].map((text) => foldCase(text)),
  );
}

/** In small letters, each in the place of its own. */
export function foldCase(text: string): string {
  const folded = text.toLowerCase();
  // One letter becomes two units, which would move all that follows.
  return folded.length === text.length
    ? folded
    : text.replace(/[^\u0130]+/g, (part) => part.toLowerCase());
}

const escapeJson = (text: string) => JSON.stringify(text).slice(1, -1);

function urlForms(value: string): readonly string[] {
  const url = encodeURIComponent(value.replace(/\p{Cs}/gu, '\ufffd'));
  const all = url.replace(/[!'()*~]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
  return [url, all].flatMap((each) => [each, each.replaceAll('%20', '+')]);
}

function htmlForms(value: string): readonly string[] {
  const tags = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quoted = tags.replaceAll('"', '&quot;');
  return [tags, quoted, quoted.replaceAll("'", '&#39;'), quoted.replaceAll("'", '&#x27;')];
}

/** The digits that these bytes alone decide, where `offset` bytes come before them in their group of three. */
function base64At(bytes: Buffer, offset: number): string {
  const whole = Math.floor(((offset + bytes.length) * 8) / 6);
  return Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .slice(Math.ceil((offset * 8) / 6), whole);
}
