import fc from 'fast-check';
import { alternateUser, type UserPair } from '../../src/domain/alternate-user.js';
import { accepted, refused } from '../support/values.js';

const rules = { cloneSuffix: '_clone', pairs: [] as readonly UserPair[], maxUserNameBytes: 127 };
const nameOf = (current: string, more: Partial<typeof rules> = {}) =>
  accepted(alternateUser(current, { ...rules, ...more })).name;

describe('the alternate user', () => {
  it.each([
    ['sheep', 'sheep_clone'],
    ['sheep_clone', 'sheep'],
    ['SHEEP', 'SHEEP_clone'],
    ['sheep_CLONE', 'sheep_CLONE_clone'],
    [`o'sheep 100%`, `o'sheep 100%_clone`],
    ['x_clone_x', 'x_clone_x_clone'],
    ['s'.repeat(121), `${'s'.repeat(121)}_clone`],
    [`${'s'.repeat(121)}_clone`, 's'.repeat(121)],
  ])('of %s is %s', (current, alternate) => expect(nameOf(current)).toBe(alternate));

  it.each([
    ['nothing but the suffix', '_clone'],
    ['too long with it', 's'.repeat(122)],
    ['too long in bytes with it', 'ä'.repeat(61)],
    ['PUBLIC without it', 'public_clone'],
  ])('is refused for a name that is %s', (_, current) => {
    expect(refused(alternateUser(current, rules))).toMatchObject({
      code: 'KEYTURN_INVALID_SECRET',
      field: 'username',
      remedy: expect.stringContaining('userPairs'),
    });
  });

  it('follows another suffix', () => {
    expect(nameOf('sheep', { cloneSuffix: '-2' })).toBe('sheep-2');
    expect(nameOf('sheep-2', { cloneSuffix: '-2' })).toBe('sheep');
    refused(alternateUser('sheep', { ...rules, cloneSuffix: '' }));
  });

  it('of the alternate is the user itself', () => {
    const name = fc.string({ minLength: 1, maxLength: 60 }).filter((n) => !/[\\:]/.test(n));
    const suffix = fc.constantFrom('_clone', '2', '-b');
    fc.assert(
      fc.property(name, suffix, (user, cloneSuffix) => {
        // A name that ends in the suffix twice leaves its pair, as under the templates.
        fc.pre(!user.endsWith(cloneSuffix + cloneSuffix));
        const first = alternateUser(user, { ...rules, cloneSuffix });
        fc.pre(first.kind === 'alternate');
        expect(nameOf(accepted(first).name, { cloneSuffix })).toBe(user);
      }),
    );
  });

  it('is always another user', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ maxLength: 3 }), (user, cloneSuffix) => {
        const alternate = alternateUser(user, { ...rules, cloneSuffix });
        fc.pre(alternate.kind === 'alternate');
        expect(accepted(alternate).name).not.toBe(user);
      }),
    );
  });

  describe('of a configured pair', () => {
    const pairs: readonly UserPair[] = [
      ['ewe', 'ram'],
      ['sheep', 'sheep_clone'],
    ];

    it.each([
      ['ewe', 'ram', false],
      ['ram', 'ewe', true],
    ])('%s is %s, the first of the two being the original: %p', (current, name, isOriginal) => {
      expect(alternateUser(current, { ...rules, pairs })).toMatchObject({
        kind: 'alternate',
        name,
        configuredPair: true,
        isOriginal,
      });
    });

    it('is marked as such even where the suffix says the same', () => {
      expect(alternateUser('sheep', { ...rules, pairs })).toMatchObject({ configuredPair: true });
      expect(alternateUser('goat', { ...rules, pairs })).toMatchObject({ configuredPair: false });
    });

    it.each<[string, UserPair]>([
      ['the user itself', ['ewe', 'ewe']],
      ['empty', ['ewe', '']],
      ['an unfit name', ['ewe', 'IAM:ram']],
      ['too long', ['ewe', 'r'.repeat(128)]],
    ])('is refused where it is %s', (_, pair) => {
      expect(refused(alternateUser('ewe', { ...rules, pairs: [pair] }))).toMatchObject({
        code: 'KEYTURN_INVALID_SETTING',
        field: 'userPairs',
      });
    });
  });
});
