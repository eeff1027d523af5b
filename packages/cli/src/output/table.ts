import { Shown, shownText, type Showable } from './shown.js';
import { widthOf } from './width.js';

/**
 * Lays rows out in columns, two spaces apart; the first row is the heading. No line ends in spaces.
 * @param atLeast the least width of each column
 */
export function table(
  rows: readonly (readonly Showable[])[],
  atLeast: readonly number[] = [],
): Shown {
  const cells = rows.map((row) => row.map(shownText));
  const widths = [...atLeast];
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
