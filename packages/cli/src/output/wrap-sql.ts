/** What must stay whole: anything without spaces, quoted names and literals with whatever is in them. */
const WORDS = /(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[^\s"'])+/g;

/**
 * Breaks a statement between words, never within quotes, so that it can still be run as it stands. Longer words
 * stay whole. Lines after the first are indented by two more.
 */
export function wrapSql(statement: string, columns: number, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of statement.match(WORDS) ?? []) {
    const start = lines.length === 0 ? indent : `${indent}  `;
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = `${indent}  ${word}`;
    } else line = line === '' ? `${start}${word}` : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
