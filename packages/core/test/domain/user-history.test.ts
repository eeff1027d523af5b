import { userHistory, type NamingVersion } from '../../src/domain/diagnosis/user-history.js';

const address = { host: 'db.example', port: 5439, database: 'shop' };
const current: NamingVersion = { versionId: 'c', user: 'sheep', address, createdAt: 2 };
const older: NamingVersion = { ...current, versionId: 'o', createdAt: 1 };
const historyOf = (...versions: readonly NamingVersion[]) =>
  userHistory(current, ['sheep', 'sheep_clone'], [current, ...versions]);

describe('the history of the user that AWSCURRENT names', () => {
  it('is known from an older version of the user or its alternate', () => {
    for (const user of ['sheep', 'sheep_clone']) {
      expect(historyOf({ ...older, user })).toEqual({ isKnown: true, others: [] });
    }
    const elsewhere = { ...address, database: 'dev', ssl: true };
    expect(historyOf({ ...older, address: elsewhere }).isKnown).toBe(true);
  });

  it.each<[string, readonly NamingVersion[]]>([
    ['AWSCURRENT alone', []],
    ['a newer version', [{ ...older, createdAt: 3 }]],
    ['one of the same time', [{ ...older, createdAt: 2 }]],
    ['one of unknown age', [{ ...older, createdAt: undefined }]],
  ])('is not known from %s', (_, versions) => {
    expect(historyOf(...versions)).toEqual({ isKnown: false, others: [] });
  });

  it('is not known where the age of AWSCURRENT is not', () => {
    const ageless = { ...current, createdAt: undefined };
    expect(userHistory(ageless, ['sheep'], [ageless, older]).isKnown).toBe(false);
  });

  it.each([
    [{ user: 'wolf' }, { user: 'wolf', onOtherServer: false }],
    [{ address: { ...address, host: 'other.example' } }, { user: 'sheep', onOtherServer: true }],
    [{ address: { ...address, port: 1 } }, { user: 'sheep', onOtherServer: true }],
  ])('names those that speak for somebody else: %j', (change, other) => {
    for (const createdAt of [1, 3, undefined]) {
      expect(historyOf({ ...older, ...change, createdAt })).toEqual({
        isKnown: false,
        others: [{ versionId: 'o', ...other }],
      });
    }
  });
});
