import { Shown, shownText, type Showable } from './shown.js';
import { widthOf } from './width.js';

/** How much further in a line begins that goes on with another: by the words that it begins with, nobody could tell. */
export const HANGING = '    ';

/**
 * Breaks a text between words into lines of so many columns; longer words stay whole. Lines after the first begin
 * further in than any of our own, so that no words of others can look like the beginning of something.
 */
export function wrap(text: Showable, columns: number, indent = ''): Shown {
  const lines: string[] = [];
  let line = indent;
  let width = indent.length;
  for (const word of shownText(text)
    .split(/\s+/)
    .filter((part) => part !== '')) {
    const wordWidth = widthOf(word);
    if (line.trim() !== '' && width + 1 + wordWidth > columns) {
      lines.push(line);
      line = indent + HANGING;
      width = line.length;
    }
    const space = line.endsWith(' ') || line === '' ? '' : ' ';
    line += space + word;
    width += space.length + wordWidth;
  }
  return Shown.own([...lines, line].join('\n'));
}
