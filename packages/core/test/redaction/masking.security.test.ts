import fc from 'fast-check';
import { anyOf } from '../../src/domain/redaction/any-of.js';
import { maskText, type Hidden } from '../../src/domain/redaction/mask-text.js';
import { createRedactor, LEFT_OUT } from '../../src/domain/redaction/redactor.js';

/** From how many characters on no stretch of a secret may be seen. */
const FRAGMENT = 8;

/** How secrets get into texts, by other means than the sources use. */
const FORMS: readonly (readonly [name: string, (secret: string) => string])[] = [
  ['as it is', (secret) => secret],
  ['in JSON', (secret) => JSON.stringify(secret).slice(1, -1)],
  ['in JSON in JSON', (secret) => JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
  ['in a URL', (secret) => encodeURIComponent(secret)],
  ['in a form', (secret) => new URLSearchParams({ '': secret }).toString().slice(1)],
  ['in SQL', (secret) => secret.replaceAll("'", "''")],
  ['in base64', (secret) => Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -1)],
  ['in base64 of a pair', (secret) => Buffer.from(`u:${secret}`).toString('base64').slice(3, -4)],
  ['in base64 for URLs', (secret) => Buffer.from(`x${secret}`).toString('base64url').slice(2, -3)],
  ['in hexadecimal digits', (secret) => Buffer.from(secret).toString('hex')],
  ['in the digits of a dump', (secret) => [...Buffer.from(secret)].map(hex).join(' ')],
  ['in the digits of a fingerprint', (secret) => [...Buffer.from(secret)].map(hex).join(':')],
  ['in the digits of a bytea', (secret) => Buffer.from(secret).toString('hex').toUpperCase()],
  [
    'in the escapes of a program',
    (secret) => [...Buffer.from(secret)].map((b) => `\\x${hex(b)}`).join(''),
  ],
  ['as a list of bytes', (secret) => JSON.stringify([...Buffer.from(secret)]).slice(1, -1)],
  ['as bytes that are inspected', (secret) => [...Buffer.from(secret)].join(', ')],
  ['in capitals', (secret) => secret.toUpperCase()],
  ['in small letters, as host names come back', (secret) => secret.toLowerCase()],
  ['in a URL in a URL', (secret) => encodeURIComponent(encodeURIComponent(secret))],
  ['in single quotation marks of a shell', (secret) => secret.replaceAll("'", "'\\''")],
  ['for a pattern', (secret) => secret.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')],
  ['between backticks', (secret) => secret.replaceAll('\\', '\\\\')],
  ['in HTML', (secret) => secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;')],
];

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');

/** Printable, and without what stands for something hidden. */
const secrets = fc
  .string({ minLength: FRAGMENT, maxLength: 40, unit: 'grapheme-ascii' })
  .filter((text) => !/\*|redacte/.test(text) && !text.trimStart().startsWith('{'));

function stretchesOf(text: string): string[] {
  return Array.from({ length: Math.max(0, text.length - FRAGMENT + 1) }, (_, at) =>
    text.slice(at, at + FRAGMENT),
  );
}

describe('6: No secret value stands in any text, and redaction stays linear', () => {
  it.each(FORMS)('hides every stretch of 8 characters of a secret %s', (_, spell) => {
    const scene = fc
      .record({
        all: fc.array(secrets, { minLength: 1, maxLength: 4 }),
        parts: fc.array(
          fc.record({
            noise: fc.string({ maxLength: 12 }),
            which: fc.nat(3),
            from: fc.nat(80),
            length: fc.nat(80),
          }),
          { maxLength: 6 },
        ),
      })
      .map(({ all, parts }) => ({
        all,
        text: parts
          .map(({ noise, which, from, length }) => {
            const spelt = spell(all[which % all.length] ?? '');
            return noise + spelt.slice(from % (spelt.length + 1)).slice(0, length);
          })
          .join(''),
      }));
    fc.assert(
      fc.property(scene, ({ all, text }) => {
        const shown = createRedactor({ passwords: all }).foreign(text);
        expect(shown.length).toBeLessThanOrEqual(text.length);
        for (const stretch of all.flatMap((secret) => stretchesOf(spell(secret)))) {
          if (shown.includes(stretch)) throw new Error('a stretch is shown');
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each(['\\x21\\x20', '0x21,0x20'])(
    'hides the beginning of a secret that is written as %s',
    (text) => {
      expect(createRedactor({ passwords: [`! ${'a'.repeat(7)}`] }).foreign(text)).not.toContain(
        text,
      );
    },
  );

  it.each(['NFC', 'NFD', 'NFKC', 'NFKD'] as const)(
    'hides a secret in the normal form %s, as SASLprep makes one',
    (form) => {
      const secret = 'Ñandú-ﬁle-①-Ångström';
      const shown = createRedactor({ passwords: [secret] }).foreign(
        `at "${secret.normalize(form)}"`,
      );
      expect(shown).toBe('at "[redacted]"');
    },
  );

  it.each([
    ['Σίσυφος-ΟΔΟΣ-1', 'σίσυφοσ-οδος-1'],
    ['İstanbul-Geheim', 'İSTANBUL-geheim'],
    ['\u{10400}-Geheim-1', '\u{10428}-GEHEIM-1'],
  ])('hides %s in another case, and nothing beside it', (secret, other) => {
    const said = `İ ς ${'İ'.repeat(9)} at ${other} in Σ`;
    const shown = createRedactor({ passwords: [secret] }).foreign(said);
    expect(shown).toBe(`İ ς ${'İ'.repeat(9)} at [redacted] in Σ`);
  });

  it("keeps keyturn's own words where a password is one of them in another case", () => {
    const { mask, foreign } = createRedactor({ passwords: ['Password-1'] });
    expect(mask('The password of the user')).toBe('The password of the user');
    expect(foreign('The password-1 of the user')).toBe('The [redacted] of the user');
  });

  it('changes nothing in a text without a secret', () => {
    const text = fc.string({ unit: fc.constantFrom(...'abcdefghij "\'.[]*') });
    const secret = fc.string({ minLength: FRAGMENT, unit: fc.constantFrom(...'KLMNOPQ{}:') });
    fc.assert(
      fc.property(text, fc.array(secret), (given, passwords) => {
        expect(createRedactor({ passwords }).foreign(given)).toBe(given);
      }),
    );
  });

  it('never makes a text longer, whatever the secrets and however they hang together', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'red[]act"'), maxLength: 60 });
    fc.assert(
      fc.property(fc.array(letters), letters, (passwords, text) => {
        const shown = createRedactor({ passwords }).mask(text);
        expect(shown.length).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  it('does not hide what it has put in itself, for secrets that are parts of it', () => {
    const passwords = ['[redacted]', 'redacted]', '[redacte', 'edacted]'];
    const { mask } = createRedactor({ passwords });
    expect(mask('one [redacted] two')).toBe('one [redacted] two');
    expect(mask('[redacted]'.repeat(500))).toBe('[redacted]');
  });

  it.each([
    ['a text of one letter, a secret of the same', 'a', 'a'],
    ['a text of two letters, a secret of the same', 'ab', 'ab'],
    ['a text of quotation marks around parts', '"abcd"', 'abcd'],
    ['a text of parts between ellipses', 'abcd...', 'abcd'],
    ['a text with everything but the last letter of the secret', 'aaaaaaab', 'a'],
  ])('takes work in proportion to the text and to the secret: %s', (_, textUnit, secretUnit) => {
    const stepsFor = (texts: number, secretLength: number): number => {
      const secret = secretUnit.repeat(secretLength);
      const form = { text: secret, starts: [[0, secret.length - FRAGMENT + 1]] as const };
      const hidden: Hidden = { forms: [form], cuttable: [secret], patterns: [] };
      const tally = { steps: 0 };
      maskText(textUnit.repeat(texts), hidden, tally);
      return tally.steps;
    };
    const [small, longText, longSecret, both] = [
      stepsFor(500, 500),
      stepsFor(5_000, 500),
      stepsFor(500, 5_000),
      stepsFor(5_000, 5_000),
    ] as const;
    for (const steps of [longText, longSecret, both]) {
      // Stretches overlap, so that ten times the letters have a few more than ten times the stretches.
      expect(steps).toBeLessThanOrEqual(10.5 * small);
    }
  });

  it('keeps 16,384 characters of a text, and no beginning of a secret at the cut', () => {
    const { foreign } = createRedactor({ passwords: ['Baa-black-Sheep'] });
    for (let shown = 0; shown <= 15; shown++) {
      const given = `${'x'.repeat(16_384 - shown)}Baa-black-Sheep and more`;
      const kept = foreign(given);
      expect(kept.length).toBeLessThanOrEqual(16_384 + 6);
      expect(kept.endsWith(' [cut]')).toBe(true);
      expect(kept).not.toContain('Ba');
    }
    expect(foreign('x'.repeat(16_384))).toHaveLength(16_384);
  });

  it.each(['md5', 'MD5'])('hides %s verifiers, whole or cut at the end', (prefix) => {
    const digits = '0123456789abcdef0123456789abcdef';
    const { foreign } = createRedactor({});
    for (const length of [8, 16, 31, 32]) {
      expect(foreign(`at or near "${prefix}${digits.slice(0, length)}"`)).toBe(
        'at or near "[redacted]"',
      );
    }
  });

  it.each([
    'SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy',
    'SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk',
    'SCRAM-SHA-256$4096:c2FsdA==',
    'scram-sha-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy',
    'sha256|0123456789abcdef|fedcba9876543210',
  ])('hides %s', (verifier) => {
    expect(createRedactor({}).foreign(`near '${verifier}'`)).toBe("near '[redacted]'");
  });

  it.each(['a', 'ab', 'no', 'seven77'])(
    'leaves a text of others out where the secret is %s, whether or not it is in it',
    (password) => {
      const { foreign, mask } = createRedactor({ passwords: [password, 'Baa-black-Sheep'] });
      expect(foreign(`such a ${password}`)).toBe(LEFT_OUT);
      expect(foreign('nothing')).toBe(LEFT_OUT);
      expect(mask('no such user, and no Baa-black-Sheep')).toBe('no such user, and no [redacted]');
    },
  );

  it('finds texts as they stand, the longest first', () => {
    const found = (texts: readonly string[], text: string) => text.match(anyOf(texts) ?? /$^/g);
    expect(found(['a.c', 'a.cd', ''], 'abcd a.cd a.c')).toEqual(['a.cd', 'a.c']);
    expect(found([`\\^$.*+?()[]{}|/-`], `x\\^$.*+?()[]{}|/-x`)).toHaveLength(1);
    expect(anyOf([''])).toBeUndefined();
  });
});
