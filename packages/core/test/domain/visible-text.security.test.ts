import fc from 'fast-check';
import { makeJsonVisible, makeVisible } from '../../src/index.js';

/** Every code point of some ranges. */
const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i));

/** Whatever may change what is seen, and how many of a kind there are. */
const KINDS: readonly (readonly [string, readonly string[]])[] = [
  ['C0 controls, with escape, bell, tab and line breaks', range(0, 0x1f)],
  ['delete and C1 controls, with CSI and next line', range(0x7f, 0x9f)],
  ['bidirectional controls', ['\u061c', '\u200e', '\u200f', ...range(0x202a, 0x202e)]],
  ['bidirectional isolates', range(0x2066, 0x2069)],
  ['zero-width characters', ['\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u180e']],
  ['line and paragraph separators', ['\u2028', '\u2029']],
  [
    'invisible operators and deprecated controls',
    [...range(0x2061, 0x2064), ...range(0x206a, 0x206f)],
  ],
  ['variation selectors', [...range(0xfe00, 0xfe0f), ...range(0xe0100, 0xe01ef)]],
  ['tag characters', range(0xe0000, 0xe007f)],
  ['fillers', ['\u115f', '\u1160', '\u3164', '\uffa0', '\u2800', '\u034f', '\u17b4', '\u17b5']],
  ['the soft hyphen and annotations', ['\u00ad', '\ufff9', '\ufffa', '\ufffb']],
  ['music and shorthand format controls', [...range(0x1d173, 0x1d17a), ...range(0x1bca0, 0x1bca3)]],
  ['lone surrogates', ['\ud800', '\udbff', '\udc00', '\udfff']],
  ['spaces of other widths', ['\u00a0', '\u1680', ...range(0x2000, 0x200a), '\u202f', '\u3000']],
  ['private and unassigned characters', ['\ue000', '\uffff', '\u{10ffff}', '\u0378']],
  ['marks without a letter', ['\u0301', '\u20dd', '\u0489']],
];

const ANYTHING = fc.string({ unit: 'binary' });
const SHOWN = /^[^\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]*$/u;

describe('9: Foreign text cannot change what a person sees', () => {
  it.each(KINDS)('makes %s visible', (_, characters) => {
    for (const character of characters) {
      const code = (character.codePointAt(0) ?? 0).toString(16);
      expect(makeVisible(character)).toBe(`\\u{${code}}`);
      const marked =
        /\p{M}/u.test(character) && !/\p{Default_Ignorable_Code_Point}/u.test(character);
      if (!marked) expect(makeVisible(`a${character}b`)).toBe(`a\\u{${code}}b`);
      const json = JSON.stringify({ [character]: character });
      expect(makeJsonVisible(json)).toMatch(/^[ -~]*$/);
      expect(JSON.parse(makeJsonVisible(json))).toEqual({ [character]: character });
    }
  });

  it.each([
    'Aa09 !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
    'Größe, naïve, Ελλάδα, Москва, 東京, 서울, ภาษาไทย, हिन्दी, עברית, العربية',
    '“quoted” — 5 € ½ ± × → ✓ 😀',
    'e\u0301 and o\u0308',
  ])('leaves %s as it is', (text) => {
    expect(makeVisible(text)).toBe(text);
    expect(JSON.parse(makeJsonVisible(JSON.stringify(text)))).toBe(text);
  });

  it('shows the start of a terminal escape, and so the whole of it', () => {
    expect(makeVisible('\u001b[2J\u001b]0;title\u0007\u009b31m\r\n')).toBe(
      '\\u{1b}[2J\\u{1b}]0;title\\u{7}\\u{9b}31m\\u{d}\\u{a}',
    );
  });

  it('lets four marks stand on a letter, and no tower that covers other lines', () => {
    expect(makeVisible(`a${'\u0301'.repeat(6)}`)).toBe(`a${'\u0301'.repeat(4)}\\u{301}\\u{301}`);
  });

  it('makes any text visible, once and for all', () => {
    fc.assert(
      fc.property(ANYTHING, (text) => {
        const shown = makeVisible(text);
        expect(shown).toMatch(SHOWN);
        expect(makeVisible(shown)).toBe(shown);
      }),
    );
  });

  it('makes any JSON visible, which keeps its value', () => {
    fc.assert(
      fc.property(fc.dictionary(ANYTHING, ANYTHING), (value) => {
        const json = makeJsonVisible(JSON.stringify(value, undefined, 2));
        expect(json.replaceAll('\n', '')).toMatch(SHOWN);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
