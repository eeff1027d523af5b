import fc from 'fast-check';
import {
  buildPasswordPolicy,
  drawPassword,
  meetsPolicy,
  problemWithPassword,
  type PasswordSettings,
} from '../../src/domain/password-policy.js';
import { accepted, profile, refused } from '../support/values.js';

const rules = profile.password;
const policyFor = (settings?: PasswordSettings) => accepted(buildPasswordPolicy(rules, settings));

/** Numbers below n from fast-check, so that every draw can be repeated. */
const dice = fc
  .infiniteStream(fc.nat())
  .map((stream) => (n: number) => (stream.next().value as number) % n);
const settings: fc.Arbitrary<PasswordSettings> = fc.record({
  passwordLength: fc.option(fc.integer({ min: 8, max: 64 }), { nil: undefined }),
  excludeCharacters: fc.option(fc.string(), { nil: undefined }),
  excludePunctuation: fc.option(fc.boolean(), { nil: undefined }),
  requireEachIncludedType: fc.option(fc.boolean(), { nil: undefined }),
  passwordPreset: fc.constantFrom(undefined, 'urlSafe', 'shellSafe'),
});

describe('a password policy', () => {
  it('is 32 characters of every class by default, without the avoided ones', () => {
    const { length, alphabet, required } = policyFor();
    expect(length).toBe(32);
    expect(required).toHaveLength(4);
    expect([...`'"\\/@: `].filter((c) => alphabet.includes(c))).toEqual([]);
    expect(alphabet).toHaveLength(94 - 6);
  });

  it('narrows the rules of the database and never widens them', () => {
    fc.assert(
      fc.property(settings, dice, (wanted, randomBelow) => {
        const policy = buildPasswordPolicy(rules, wanted);
        fc.pre(policy.kind === 'policy');
        const password = drawPassword(policy, randomBelow);
        expect(problemWithPassword(password, rules)).toBeUndefined();
        expect(password).toHaveLength(wanted.passwordLength ?? 32);
        const { excludeCharacters = '' } = wanted;
        expect([...password].filter((c) => excludeCharacters.includes(c))).toEqual([]);
        expect([...password].every((c) => !rules.avoided.includes(c))).toBe(true);
        if (wanted.excludePunctuation) expect(password).toMatch(/^[A-Za-z0-9]+$/);
        if (wanted.passwordPreset === 'urlSafe')
          expect(encodeURIComponent(password)).toBe(password);
        if (wanted.passwordPreset === 'shellSafe') expect(password).toMatch(/^[\w%+,.=-]+$/);
      }),
    );
  });

  it('always has upper and lower case and digits', () => {
    fc.assert(
      fc.property(dice, fc.boolean(), (randomBelow, requireEachIncludedType) => {
        const policy = policyFor({ passwordLength: 8, requireEachIncludedType });
        const password = drawPassword(policy, randomBelow);
        for (const characterClass of [/[a-z]/, /[A-Z]/, /[0-9]/]) {
          expect(password).toMatch(characterClass);
        }
        if (requireEachIncludedType) expect(password).toMatch(/[^a-zA-Z0-9]/);
      }),
    );
  });

  it('demands punctuation only where it is asked for and there is some', () => {
    expect(policyFor().required).toHaveLength(4);
    expect(policyFor({ excludePunctuation: true }).required).toHaveLength(3);
    expect(policyFor({ requireEachIncludedType: false }).required).toHaveLength(3);
    expect(policyFor({ requireEachIncludedType: false }).alphabet).toMatch(/[^a-zA-Z0-9]/);
  });

  it.each<[string, PasswordSettings]>([
    ['passwordLength', { passwordLength: 7 }],
    ['passwordLength', { passwordLength: 65 }],
    ['passwordLength', { passwordLength: 0 }],
    ['passwordLength', { passwordLength: -32 }],
    ['passwordLength', { passwordLength: 32.5 }],
    ['passwordLength', { passwordLength: NaN }],
    ['passwordLength', { passwordLength: Infinity }],
    ['excludeCharacters', { excludeCharacters: 'abcdefghijklmnopqrstuvwxyz' }],
    ['excludeCharacters', { excludeCharacters: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ' }],
    ['excludeCharacters', { excludeCharacters: '9876543210' }],
    ['excludeCharacters', { excludeCharacters: '0123456789', requireEachIncludedType: false }],
    ['excludeCharacters', { excludeCharacters: rules.allowed }],
  ])('refuses what cannot be met, naming %s: %j', (field, impossible) => {
    expect(refused(buildPasswordPolicy(rules, impossible))).toMatchObject({
      code: 'KEYTURN_INVALID_SETTING',
      field,
      message: expect.stringContaining(field),
    });
  });

  it.each([8, 64])('accepts the boundary length of %i', (passwordLength) => {
    expect(policyFor({ passwordLength }).length).toBe(passwordLength);
  });

  it('can be met with one character of every class', () => {
    const excludeCharacters = rules.allowed.replace(/[aA0!]/g, '');
    const policy = policyFor({ excludeCharacters, passwordLength: 8 });
    expect(policy.alphabet).toBe('!0Aa');
    let turn = 0;
    expect(drawPassword(policy, (n) => turn++ % n)).toBe('!0Aa!0Aa');
  });

  it('favours no character', () => {
    const policy = policyFor({ passwordLength: 64, requireEachIncludedType: false });
    const seen = new Map<string, number>();
    let state = 1;
    const randomBelow = (n: number) => (state = (state * 48_271) % 0x7fffffff) % n;
    const rounds = 2_000;
    for (let i = 0; i < rounds; i++) {
      for (const c of drawPassword(policy, randomBelow)) seen.set(c, (seen.get(c) ?? 0) + 1);
    }
    const expected = (rounds * 64) / policy.alphabet.length;
    const chiSquared = [...policy.alphabet].reduce(
      (sum, c) => sum + ((seen.get(c) ?? 0) - expected) ** 2 / expected,
      0,
    );
    // 87 degrees of freedom: above 140 about once in 3,000 draws, and this draw is always the same.
    expect(chiSquared).toBeLessThan(140);
  });
});

describe('meeting a policy', () => {
  const policy = policyFor({ passwordLength: 8 });

  it('is what every drawn password does', () => {
    fc.assert(
      fc.property(settings, dice, (wanted, randomBelow) => {
        const built = buildPasswordPolicy(rules, wanted);
        fc.pre(built.kind === 'policy');
        expect(meetsPolicy(drawPassword(built, randomBelow), built)).toBe(true);
      }),
    );
  });

  it.each(['Baaaaa1', 'Baaaaaa1!', 'Baaaaaa1', 'baaaaa1!', 'BAAAAA1!', 'Baaaaaa!', 'Baaaa 1!', ''])(
    'is not what %j does',
    (password) => expect(meetsPolicy(password, policy)).toBe(false),
  );
});

describe('what the database finds wrong with a password', () => {
  it.each(['Baaaaaa1', 'Ba1:Ba1:', `Ba1${'x'.repeat(61)}`])('is nothing for %j', (password) =>
    expect(problemWithPassword(password, rules)).toBeUndefined(),
  );

  it.each<[string, RegExp]>([
    ['', /shorter/],
    ['Baaaaa1', /shorter than 8/],
    [`Ba1${'x'.repeat(62)}`, /longer than 64/],
    ['Baaaaa1 ', /does not allow/],
    ['Baaaaa1\u0000', /does not allow/],
    ['Baaaaaa1ä', /does not allow/],
    ["Baaaaa1'", /does not allow/],
    ['Baaaaa1/', /does not allow/],
    ['baaaaaa1', /no uppercase/],
    ['BAAAAAA1', /no lowercase/],
    ['Baaaaaaa', /no digit/],
  ])('is named without quoting %j', (password, problem) => {
    expect(problemWithPassword(password, rules)).toMatch(problem);
    if (password !== '') expect(problemWithPassword(password, rules)).not.toContain(password);
  });
});
