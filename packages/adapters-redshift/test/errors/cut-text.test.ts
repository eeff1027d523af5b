import fc from 'fast-check';
import { createRedactor } from '../../src/errors/redactor.js';
import { cutText, shorten } from '../../src/errors/cut-text.js';

describe('a text of the server', () => {
  it('stays as it is up to 2 KB', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
        expect(cutText(text)).toBe(text);
      }),
    );
    expect(cutText('x'.repeat(2048))).toBe('x'.repeat(2048));
    expect(cutText('é'.repeat(1024))).toBe('é'.repeat(1024));
  });

  it('is cut between two characters beyond, and says how long it was', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 700, maxLength: 1500, size: 'max' }),
        (text) => {
          fc.pre(Buffer.byteLength(text) > 2048);
          const cut = cutText(text);
          const [, kept = ''] = /^(.*) … \(cut, \d+ characters in all\)$/su.exec(cut) ?? [];

          expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(2048);
          expect(Buffer.byteLength(cut)).toBeGreaterThan(2040);
          expect(text.startsWith(kept)).toBe(true);
          expect(Buffer.from(kept).toString()).toBe(kept);
          expect(cut).toContain(`(cut, ${text.length} characters in all)`);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('of any size is not searched beyond what could be shown', () => {
    const lengths: number[] = [];
    const count = (text: string): string => {
      lengths.push(text.length);
      return text;
    };
    shorten('x'.repeat(10_000_000), count);

    expect(lengths).toEqual([65_536]);
  });

  it('shows no part of a password, wherever it stands', () => {
    const password = 'Baa-1.Black_Sheep';
    const redact = createRedactor([password]);
    for (const at of [0, 1000, 2020, 2030, 2040, 2048, 65_520, 65_530, 65_536]) {
      const shown = shorten(`${'x'.repeat(at)}${password}${'y'.repeat(70_000)}`, redact);

      expect(shown).not.toContain(password.slice(0, 5));
    }
  });
});
