import { makeVisible } from '@keyturn/core';
import { Shown } from './shown.js';
import { widthOf } from './width.js';

/** What must stay whole: anything without spaces, quoted names and literals with whatever is in them. */
const WORDS = /(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[^\s"'])+/g;

/** Stands before a statement that would not do what it says where somebody copies it. */
const UNFIT = '-- not to be run: a name holds characters that are written as \\u{...} here';

/**
 * Breaks a statement between words, never within quotes, so that it can still be run as it stands. Longer words
 * stay whole. Lines after the first are indented by two more. A statement with hidden characters in a name is made a
 * comment: with the escapes in their place it would be about another name.
 */
export function wrapSql(statement: string, columns: number, indent = ''): Shown {
  const text = makeVisible(statement);
  if (text === statement) return Shown.own(linesOf(text, columns, indent).join('\n'));
  const comment = linesOf(text, columns - '-- '.length, '').map((line) => `${indent}-- ${line}`);
  return Shown.own([`${indent}${UNFIT}`, ...comment].join('\n'));
}

function linesOf(statement: string, columns: number, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of statement.match(WORDS) ?? []) {
    const start = lines.length === 0 ? indent : `${indent}  `;
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > columns) {
      lines.push(line);
      line = `${indent}  ${word}`;
    } else line = line === '' ? `${start}${word}` : `${line} ${word}`;
  }
  return [...lines, line];
}
