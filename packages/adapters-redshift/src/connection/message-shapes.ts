/** No server of this protocol describes more columns than a query can have. */
const MOST_COLUMNS = 1664;
/** What follows the name of a column in its description. */
const COLUMN_FACTS_BYTES = 18;

/**
 * Whether a message has the shape that its type demands, as far as the driver relies on it. The driver believes each
 * length and count within a message: one that lies sends it into the bytes of other messages, thousands of times over.
 * @param type the letter of a message after the sign-in, or `E` or `N`, which may come before
 * @returns false for types that no server sends as well
 */
export function isWellFormed(type: string, body: Buffer): boolean {
  switch (type) {
    case 'E':
    case 'N':
      return isClosedList(body);
    case 'D':
      return isRow(body);
    case 'T':
      return isRowDescription(body);
    case 'C':
      return hasTexts(body, 0, 1);
    case 'S':
      return hasTexts(body, 0, 2);
    case 'A':
      return hasTexts(body, 4, 2);
    case 'Z':
      return body.length === 1;
    case 'K':
      return body.length >= 8;
    case 't':
      return body.length >= 2 && body.length === 2 + 4 * body.readUInt16BE(0);
    case 'G':
    case 'H':
    case 'W':
      return body.length >= 3 && body.length === 3 + 2 * body.readUInt16BE(1);
    // Complete: parsing, binding, closing, copying; no data, a portal suspended, an empty query. And copied data.
    case '1':
    case '2':
    case '3':
    case 'c':
    case 'n':
    case 's':
    case 'I':
      return body.length === 0;
    case 'd':
      return true;
    default:
      return false;
  }
}

/** Whether the last text ends with a zero, and the list with another. The driver would look for them forever. */
export function isClosedList(body: Buffer): boolean {
  return body.length > 1 && body.readUInt16BE(body.length - 2) === 0;
}

function isRow(body: Buffer): boolean {
  const columns = countColumns(body);
  let at = 2;
  for (let column = 0; column < columns; column++) {
    if (at + 4 > body.length) return false;
    const length = body.readInt32BE(at);
    // Of a null there is nothing but the length.
    if (length < -1) return false;
    at += 4 + Math.max(0, length);
  }
  return columns >= 0 && at === body.length;
}

function isRowDescription(body: Buffer): boolean {
  const columns = countColumns(body);
  let at = 2;
  for (let column = 0; column < columns; column++) {
    const end = body.indexOf(0, at);
    if (end === -1) return false;
    at = end + 1 + COLUMN_FACTS_BYTES;
  }
  return columns >= 0 && at === body.length;
}

/** -1 for a number that cannot be. */
function countColumns(body: Buffer): number {
  const columns = body.length < 2 ? -1 : body.readInt16BE(0);
  return columns > MOST_COLUMNS ? -1 : columns;
}

/** Whether so many texts, each ended by a zero, are all that comes from there on. */
function hasTexts(body: Buffer, from: number, texts: number): boolean {
  let at = from;
  for (let text = 0; text < texts; text++) {
    const end = at > body.length ? -1 : body.indexOf(0, at);
    if (end === -1) return false;
    at = end + 1;
  }
  return at === body.length;
}
