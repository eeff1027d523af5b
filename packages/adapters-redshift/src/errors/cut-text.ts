/** The most that is kept of a text of the server's, in bytes of UTF-8. */
const MOST_BYTES = 2048;
/** Taking secrets out of it costs time, and a server may send megabytes. */
const MOST_SEARCHED = 65_536;
const encoder = new TextEncoder();

/**
 * The beginning of a text of the server's, 2 KB at most, without what `redact` takes out. That comes first: half a secret
 * would not be recognized any more.
 */
export function shorten(text: string, redact: (text: string) => string): string {
  return cutText(redact(text.slice(0, MOST_SEARCHED)));
}

/** The beginning of a text that holds no secret, 2 KB at most, with a note where there was more. */
export function cutText(text: string): string {
  if (text.length * 3 <= MOST_BYTES) return text;
  const whole = encoder.encodeInto(text, new Uint8Array(MOST_BYTES));
  if (whole.read === text.length) return text;
  const note = ` … (cut, ${text.length} characters in all)`;
  // Never in the middle of a character.
  const { read } = encoder.encodeInto(text, new Uint8Array(MOST_BYTES - Buffer.byteLength(note)));
  return text.slice(0, read) + note;
}
