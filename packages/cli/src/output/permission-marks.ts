import type { Screen } from '../terminal.js';
import { whole } from './lay-out.js';
import { styled } from './style.js';
import { wrap } from './wrap.js';
import { wrapSql } from './wrap-sql.js';
import { joinShown, show } from './shown.js';

/** What each mark before a difference means. */
export const MARKS = {
  '+': 'is missing and would be granted',
  '-': 'would be taken away',
  '~': 'gives way to the same permission on the whole table',
  '!': 'goes beyond and stays',
  '=': 'comes through PUBLIC, a group or a role, and is not granted directly',
  '@': 'belongs to one user, so the other can neither change nor drop it',
  '?': 'could not be read',
} as const;

/** One of {@link MARKS}. */
export type Mark = keyof typeof MARKS;

/** A difference of two users, in words. */
export type Marked = readonly [mark: Mark, text: string];

/** Puts the same mark before each text. */
export function marked(mark: Mark, texts: readonly string[]): readonly Marked[] {
  return texts.map((text): Marked => [mark, text]);
}

const COLOURS: Partial<Record<Mark, 'green' | 'red' | 'yellow'>> = {
  '+': 'green',
  '-': 'red',
  '~': 'yellow',
  '!': 'yellow',
  '?': 'yellow',
};

/** Prints a line for each difference, or several where it is long. */
export function showMarked(terminal: Screen, all: readonly Marked[]): void {
  for (const [mark, text] of all) {
    const colour = COLOURS[mark];
    const lines = wrap(`${mark} ${text}`, terminal.columns, '  ');
    terminal.out(show`${colour === undefined ? lines : styled(terminal, colour, lines)}\n`);
  }
}

/** Prints statements to copy under a title; nothing where there are none. */
export function showSql(terminal: Screen, title: string, sql: readonly string[]): void {
  if (sql.length === 0) return;
  const lines = sql.map((statement) => wrapSql(`${statement};`, terminal.columns, '    '));
  terminal.out(
    show`\n${wrap(title, terminal.columns, '  ')}\n${whole(joinShown(lines, show`\n`))}\n`,
  );
}
