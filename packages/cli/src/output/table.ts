import { Shown, shownText, type Showable } from './shown.js';
import { widthOf } from './width.js';

/** Lays rows out in columns, two spaces apart; the first row is the heading. No line ends in spaces. */
export function table(rows: readonly (readonly Showable[])[]): Shown {
  const cells = rows.map((row) => row.map(shownText));
  const widths: number[] = [];
  for (const row of cells) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
    });
  }
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))
      .join('  ')
      .trimEnd(),
  );
  return Shown.own(lines.join('\n'));
}
