import { Shown, shownText, type Showable } from './shown.js';
import { widthOf } from './width.js';
import { HANGING } from './wrap.js';

/** Stands before a line that must stay whole; no text that is fit for a terminal has it. */
const WHOLE = '\0';

/** Keeps every line of a text whole, however wide: what is to be copied or read by a program. */
export function whole(text: Showable): Shown {
  const lines = shownText(text).split('\n');
  return Shown.own(lines.map((line) => (line === '' ? line : WHOLE + line)).join('\n'));
}

/**
 * A text as it is printed. Where a terminal breaks lines at its edge, wider ones are broken before that: what it breaks
 * itself begins in the first column, as our own lines do.
 * @param edge how many columns the terminal has; undefined where it is none
 */
export function layOut(text: Shown, edge: number | undefined): string {
  return String(text)
    .split('\n')
    .map((line) => {
      if (line.startsWith(WHOLE)) return line.slice(WHOLE.length);
      return edge === undefined || widthOf(line) <= edge ? line : broken(line, edge);
    })
    .join('\n');
}

/** Styles take no room, and stay in their places. */
// eslint-disable-next-line no-control-regex -- our own styles begin with escapes
const PARTS = /\u001b\[\d+m|\P{M}\p{M}*/gu;

function broken(line: string, edge: number): string {
  const indent = (/^ */.exec(line)?.[0] ?? '') + HANGING;
  let result = '';
  let width = 0;
  for (const part of line.match(PARTS) ?? []) {
    const partWidth = widthOf(part);
    if (width + partWidth > edge && width > indent.length) {
      result += `\n${indent}`;
      width = indent.length;
    }
    result += part;
    width += partWidth;
  }
  return result;
}
