import { Shown, shownText, type Showable } from './shown.js';
import { widthOf } from './width.js';

/** Breaks a text between words into lines of so many columns; longer words stay whole. */
export function wrap(text: Showable, columns: number, indent = ''): Shown {
  const lines: string[] = [];
  let line = indent;
  let width = indent.length;
  for (const word of shownText(text)
    .split(/\s+/)
    .filter((part) => part !== '')) {
    const wordWidth = widthOf(word);
    if (line !== indent && width + 1 + wordWidth > columns) {
      lines.push(line);
      line = indent;
      width = indent.length;
    }
    const space = line === indent ? '' : ' ';
    line += space + word;
    width += space.length + wordWidth;
  }
  return Shown.own([...lines, line].join('\n'));
}
