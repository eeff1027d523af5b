/** The most that is kept of a text of the server's, in bytes of UTF-8. */
const MOST_BYTES = 2048;
const encoder = new TextEncoder();

/**
 * The beginning of a text that somebody else wrote, 2 KB at most, with a note where there was more. Redact first: half a
 * secret is not recognized any more.
 */
export function cutText(text: string): string {
  if (text.length * 3 <= MOST_BYTES) return text;
  const whole = encoder.encodeInto(text, new Uint8Array(MOST_BYTES));
  if (whole.read === text.length) return text;
  const note = ` … (cut, ${text.length} characters in all)`;
  // Never in the middle of a character.
  const { read } = encoder.encodeInto(text, new Uint8Array(MOST_BYTES - Buffer.byteLength(note)));
  return text.slice(0, read) + note;
}
