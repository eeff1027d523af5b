/**
 * Characters that a terminal or a browser does not show as themselves: controls (C0, DEL, C1), format controls such
 * as bidirectional ones, tags and joiners, lone surrogates, line and paragraph separators, whatever is ignored by
 * default (variation selectors, fillers), private and unassigned ones, and spaces other than the usual one.
 */
const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;
/** The same, and marks with the letter that they are drawn on. */
const SUSPECT = new RegExp(`${HIDDEN.source}|[\\p{L}\\p{N}]?\\p{M}+`, 'gu');
/** More marks on one letter would cover other lines. */
const MOST_MARKS = 4;

/**
 * Makes a text of anybody fit to be printed for people: every character that could hide, move or recolour what they
 * see stands as an escape such as `\u{1b}`. Line breaks and tabs are among them, and marks that would be drawn on
 * something that is no letter. Safe to repeat.
 *
 * @example
 * console.log(`Rotating ${makeVisible(secretId)}`);
 */
export function makeVisible(text: string): string {
  return escapeHidden(text, (hidden) => `\\u{${(hidden.codePointAt(0) ?? 0).toString(16)}}`);
}

/**
 * The same for a text that is JSON and has to stay so, with the same value: `\u001b` within strings. Line breaks and
 * spaces between the values stay.
 */
export function makeJsonVisible(json: string): string {
  return escapeHidden(json, (hidden) => (hidden === '\n' ? hidden : jsonEscape(hidden)));
}

function escapeHidden(text: string, escape: (hidden: string) => string): string {
  return text.replace(SUSPECT, (match) => {
    const characters = [...match];
    const onLetter = /^[\p{L}\p{N}]/u.test(match);
    return characters
      .map((character, i) => {
        const stays = onLetter && i <= MOST_MARKS && !HIDDEN.test(character);
        return stays ? character : escape(character);
      })
      .join('');
  });
}

function jsonEscape(character: string): string {
  const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
