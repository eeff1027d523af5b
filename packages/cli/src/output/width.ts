import { stripVTControlCharacters } from 'node:util';

/** Characters that take two columns on a terminal, and marks, which take none. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60\u3000-\u303e]/u;
const MARK = /\p{M}/u;

/** How many columns a text takes that is fit for a terminal; styles take none. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of stripVTControlCharacters(text)) {
    width += MARK.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  }
  return width;
}
