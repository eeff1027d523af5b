/**
 * What a terminal does not show as itself: controls, format characters such as bidirectional ones, separators, fillers,
 * lone surrogates, other spaces, and marks where they stand on no letter. As keyturn's own command has it, which this
 * package does without.
 */
const HIDDEN =
  /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}|(?<![\p{L}\p{N}\p{M}])\p{M}+|(?<=\p{M}{4})\p{M}/gu;

/** Makes a text of anybody fit for a terminal: what could hide, move or recolour others stands as `\u{1b}`. */
export function makeVisible(text: string): string {
  return text.replace(HIDDEN, (hidden) =>
    [...hidden].map((each) => `\\u{${(each.codePointAt(0) ?? 0).toString(16)}}`).join(''),
  );
}

/** The same for JSON in one line, which keeps its value: `\u001b`. */
export function makeJsonVisible(json: string): string {
  return json.replace(HIDDEN, (hidden) =>
    Array.from(
      { length: hidden.length },
      (_, at) => `\\u${hidden.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
