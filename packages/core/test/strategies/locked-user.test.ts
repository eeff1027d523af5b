import { alternatingUsers, type AlternatingUsersOptions } from '../../src/index.js';
import { failing } from '../support/ports.js';
import { RotationFixture, sensitive } from '../support/rotation-fixture.js';

/** At setSecret of `new`, after one rotation, on a cluster that locks users. The idle user is sheep. */
async function atSet(options: AlternatingUsersOptions = {}) {
  const fixture = new RotationFixture({ strategy: alternatingUsers(options) });
  fixture.database.setLockRule(fixture.address, { limit: 5 });
  if (options.userPairs !== undefined) {
    // No user is created for a configured pair.
    fixture.database.putUser(fixture.address, { name: 'sheep_clone', password: 'Spare-Spare-1' });
  }
  await fixture.rotate('one');
  fixture.begin('new');
  await fixture.run('createSecret', 'new');
  fixture.forgetSignIns();
  return fixture;
}

/** Somebody presents wrong passwords until the user is locked. */
async function lockByWrongPasswords(fixture: RotationFixture, user: string): Promise<void> {
  const { address, database } = fixture;
  for (let n = 0; n < 5; n++) {
    await database.signIn({
      ...{ address, user, connectTimeoutMs: 1, statementTimeoutMs: 1 },
      password: sensitive(`Wrong-${n}`),
    });
  }
  fixture.forgetSignIns();
}

const lockOf = (fixture: RotationFixture, user: string) =>
  fixture.database.server(fixture.address).users[user]?.lock;

describe('an idle user that wrong passwords have locked', () => {
  it('is refused with count and remedies, and nothing is tried for it', async () => {
    const fixture = await atSet();
    await lockByWrongPasswords(fixture, 'sheep');
    const error = await fixture.refusal('setSecret', 'new');
    expect(error).toMatchObject({ code: 'KEYTURN_USER_LOCKED', retryable: false });
    expect(error.message).toContain('after 5 wrong passwords in a row (the limit is 5)');
    expect(error.remedy).toContain('userPairs');
    expect(fixture.signIns).toEqual(['sheep_clone accepted', 'shepherd accepted']);
  });

  it.each<[string, AlternatingUsersOptions]>([
    ['a configured pair', { userPairs: [['sheep', 'sheep_clone']] }],
    ['adopt', { existingUsers: 'adopt' }],
  ])(
    'is unlocked with the change where the configuration vouches for it: %s',
    async (_, options) => {
      const fixture = await atSet(options);
      await lockByWrongPasswords(fixture, 'sheep');
      await fixture.runUpTo('finishSecret', 'new');
      expect(fixture.isAlive('new')).toBe(true);
      expect(lockOf(fixture, 'sheep')).toEqual({ failed: 0 });
      expect(fixture.signIns.join()).not.toContain('refused');
    },
  );

  it('is no evidence of ownership: a stranger that its writer has locked stays a stranger', async () => {
    const fixture = await atSet();
    const { address, database } = fixture;
    database.putUser(address, { name: 'wolf_clone', password: 'Stranger-1' });
    database.putUser(address, { name: 'wolf', password: 'Wolf-Wolf-1' });
    fixture.store.removeLabel('orders', 'AWSPENDING');
    fixture.putValue('by-hand', { username: 'wolf', password: 'Wolf-Wolf-1' }, ['AWSCURRENT']);
    fixture.begin('next');
    await fixture.run('createSecret', 'next');
    await lockByWrongPasswords(fixture, 'wolf_clone');
    const stranger = () => database.server(address).users['wolf_clone'];
    const before = stranger();
    expect((await fixture.failure('setSecret', 'next')).code).toBe('KEYTURN_USER_LOCKED');
    expect(stranger()).toEqual(before);
  });
});

describe('an idle user that an administrator has locked', () => {
  it.each<AlternatingUsersOptions>([
    {},
    { existingUsers: 'adopt' },
    { userPairs: [['sheep', 'sheep_clone']] },
  ])('is never unlocked: %j', async (options) => {
    const fixture = await atSet(options);
    fixture.database.lock(fixture.address, 'sheep');
    const error = await fixture.refusal('setSecret', 'new');
    expect(error.code).toBe('KEYTURN_USER_LOCKED');
    expect(error.message).toContain('An administrator has locked user "sheep"');
  });
});

describe('a server that does not tell who is locked', () => {
  it('is gone on with as before', async () => {
    const fixture = await atSet();
    fixture.database.setLockRule(fixture.address, undefined);
    await fixture.runUpTo('finishSecret', 'new');
    expect(fixture.isAlive('new')).toBe(true);
  });

  it('and fails in another way is not taken for one without such a rule', async () => {
    const fixture = await atSet();
    const lost = failing('describeLockout', 'KEYTURN_STORE_UNAVAILABLE');
    expect(
      await fixture.failure('setSecret', 'new', { engine: fixture.engine(lost) }),
    ).toMatchObject({ code: 'KEYTURN_STORE_UNAVAILABLE' });
  });
});

describe('the limit that the server tells', () => {
  it.each([
    [2, 1],
    [4, 2],
    [50, 3],
  ])('counts instead of the setting: of %i, %i', async (limit, most) => {
    const fixture = await atSet();
    fixture.database.setLockRule(fixture.address, { limit });
    fixture.clock.advance(3_600_000);
    fixture.database.changePassword(fixture.address, 'sheep', 'Nobody-Knows-1');
    for (const n of [1, 2, 3]) fixture.putValue(`u${n}`, { password: `Unlabelled-${n}` });
    fixture.clock.advance(3_600_000);
    for (let delivery = 0; delivery < 3; delivery++) {
      await fixture.failure('setSecret', 'new', { engine: fixture.engine() });
    }
    expect(lockOf(fixture, 'sheep')).toEqual({ failed: most });
  });
});
