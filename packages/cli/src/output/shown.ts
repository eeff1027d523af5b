import { makeVisible } from '@keyturn/core';

/**
 * A text that is fit for a terminal. Only the functions of this folder make one: whatever comes from elsewhere is made
 * visible on the way in, so that no name, label or message can hide, move or recolour what is printed. Terminals take
 * nothing else.
 */
export class Shown {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** For the functions of this folder alone. @param text our own, or made visible */
  static own(text: string): Shown {
    return new Shown(text);
  }

  toString(): string {
    return this.#text;
  }
}

/** What can be put between our own words; texts are foreign. */
export type Showable = Shown | string | number;

/** Makes a text visible, if that was not done yet. Spaces in a row could fill a line, or make columns, and are shown. */
export function shownText(text: Showable): string {
  return typeof text === 'string' ? makeVisible(text).replace(/(?<= ) /g, SPACE) : String(text);
}

const SPACE = '\\u{20}';

/** A text that is one word among others, such as a label in a list of them: all its spaces are shown. */
export function showWord(text: string): Shown {
  return Shown.own(makeVisible(text).replaceAll(' ', SPACE));
}

/**
 * The tag of every text that is printed. The literal parts are our own, the values are made visible.
 *
 * @example
 * terminal.out(show`Rotating ${secretId}\n`);
 */
export function show(literals: TemplateStringsArray, ...values: readonly Showable[]): Shown {
  const parts = literals.map((literal, i) => {
    const value = values[i];
    return value === undefined ? literal : literal + shownText(value);
  });
  return Shown.own(parts.join(''));
}

/** Puts texts together. */
export function joinShown(parts: readonly Showable[], separator: Showable = ''): Shown {
  return Shown.own(parts.map(shownText).join(shownText(separator)));
}

/** A text of several lines, such as a help page: its line breaks stay, all else is made visible. */
export function showLines(text: string): Shown {
  return Shown.own(text.split('\n').map(makeVisible).join('\n'));
}
