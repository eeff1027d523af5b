/** A cell of a table. */
export type Cell = string | number;

/** A table as it is printed, stored and put into the docs. */
export interface Table {
  /** Names its place in the docs. */
  readonly id: string;
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** What a proof has found. */
export interface ProofReport {
  readonly tables: readonly Table[];
  /** Every target that was missed, in words. */
  readonly missed: readonly string[];
  /** Milliseconds it took. */
  readonly durationMs: number;
}

/** The table as Markdown. */
export function toMarkdown({ head, rows }: Table): string {
  const isNumber = head.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  const lines = [
    head.map(escape),
    isNumber.map((right) => (right ? '---:' : '---')),
    ...rows.map((row) => row.map((cell) => escape(show(cell)))),
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The table for a terminal, columns aligned. */
export function toText({ title, head, rows }: Table): string {
  const cells = [head, ...rows.map((row) => row.map(show))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row, line) =>
    row
      .map((cell, column) => {
        const right = line > 0 && typeof rows[line - 1]?.[column] === 'number';
        return right ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
      })
      .join('  ')
      .trimEnd(),
  );
  return [title, '-'.repeat(title.length), ...lines].join('\n');
}

function show(cell: Cell): string {
  return typeof cell === 'number' ? cell.toLocaleString('en-US') : cell;
}

function escape(text: string): string {
  return text.replaceAll('|', '\\|');
}
