import { Sensitive } from './sensitive.js';

/** The most bytes a version's value may have (the service's quota). */
export const MAX_SECRET_BYTES = 65_536;

/**
 * Replaces the values of top-level keys in the text of a JSON object and leaves every other character as it is:
 * unknown keys, their order, number spellings and white space all survive. A key that occurs twice is replaced
 * twice. The text must have been parsed before; keys that are not there are not added.
 */
export function rewriteSecret(
  text: Sensitive,
  replacements: { readonly username: string; readonly password: Sensitive },
): Sensitive {
  const wanted = new Map([
    ['username', replacements.username],
    ['password', replacements.password.reveal()],
  ]);
  const source = text.reveal();
  let result = '';
  let copied = 0;
  let depth = 0;
  let key: string | undefined;
  for (const { 0: token, index } of source.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/gs)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (depth === 1 && token === ',') key = undefined;
    else if (depth === 1 && token.startsWith('"')) {
      const replacement = key === undefined ? undefined : wanted.get(key);
      if (key === undefined) key = JSON.parse(token) as string;
      else if (replacement !== undefined) {
        result += source.slice(copied, index) + JSON.stringify(replacement);
        copied = index + token.length;
      }
    }
  }
  return new Sensitive(result + source.slice(copied));
}
