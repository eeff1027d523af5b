import { withCallPoints, type CallHook } from '@keyturn/testkit/faults';
import { alternatingUsers, singleUser } from '../../src/index.js';
import { repair } from '../../src/operations/repair.js';
import { once } from '../support/ports.js';
import {
  RotationFixture,
  SECRET,
  sensitive,
  type FixtureOptions,
} from '../support/rotation-fixture.js';

/** A secret that nobody can sign in with, and its repair by the superuser. */
function lockedOut(options: Partial<FixtureOptions> = {}) {
  const strategy = options.strategy ?? singleUser();
  const fixture = new RotationFixture({ ...options, strategy });
  fixture.database.changePassword(fixture.address, 'sheep', 'Nobody-knows-1');
  return {
    fixture,
    async failure(...hooks: CallHook[]) {
      const { store, clock } = fixture;
      const database = hooks.reduce(withCallPoints, fixture.database);
      const parts = { store, database, clock, strategy, secretId: SECRET };
      const result = await repair({ ...parts, useSuperuser: true, userName: 'sheep' });
      expect(fixture.database.openSessions).toBe(0);
      return result.kind === 'failed' ? result.error : undefined;
    },
  };
}

describe('a password that the superuser is to set', () => {
  it('is set where it is fit, and signs in', async () => {
    const { fixture, failure } = lockedOut();
    expect(await failure()).toBeUndefined();
    expect(fixture.isAlive('first')).toBe(true);
  });

  it('is set with an unlock where wrong passwords have locked the user', async () => {
    const { fixture, failure } = lockedOut();
    const { address, database } = fixture;
    database.setLockRule(address, { limit: 2 });
    const password = sensitive('Wrong-Wrong-1');
    const request = {
      address,
      user: 'sheep',
      password,
      connectTimeoutMs: 1,
      statementTimeoutMs: 1,
    };
    for (let n = 0; n < 2; n++) await database.signIn(request);
    expect(database.server(address).users['sheep']?.lock?.locked).toBe('automatic');
    expect(await failure()).toBeUndefined();
    expect(fixture.isAlive('first')).toBe(true);
  });

  it('is not set for a user that an administrator has locked', async () => {
    const { fixture, failure } = lockedOut();
    fixture.database.setLockRule(fixture.address, { limit: 5 });
    fixture.database.lock(fixture.address, 'sheep');
    expect(await failure()).toMatchObject({ code: 'KEYTURN_USER_LOCKED' });
    expect(fixture.database.server(fixture.address).users['sheep']?.lock?.locked).toBe('manual');
  });

  it('is one that the database allows', async () => {
    const { failure } = lockedOut({ fields: { password: 'Short1' } });
    const error = await failure();
    expect(error).toMatchObject({ code: 'KEYTURN_INVALID_SECRET', field: 'password' });
    expect(error?.message).toBe(
      'The password of the AWSCURRENT value is shorter than 8 characters. Store a fit password with PutSecretValue, then repair again.',
    );
  });

  it('is that of a user that exists', async () => {
    const { fixture, failure } = lockedOut();
    const error = await failure(once('before', 'describeUser', () => fixture.dropUser('sheep')));
    expect(error).toMatchObject({ code: 'KEYTURN_USER_MISSING', field: 'username' });
    expect(error?.message).toBe(
      'The database has no user "sheep"; nothing was changed. Create it, or store the credential of one that exists.',
    );
  });

  it('is never that of a superuser, nor of a user that has expired', async () => {
    for (const [more, code] of [
      [{ superuser: true }, 'KEYTURN_USER_IS_SUPERUSER'],
      [{ validUntil: -1 }, 'KEYTURN_USER_EXPIRED'],
    ] as const) {
      const { fixture, failure } = lockedOut();
      const user = { name: 'sheep', password: 'Nobody-knows-1', ...more };
      fixture.database.putUser(fixture.address, user);
      expect((await failure())?.code).toBe(code);
    }
  });

  it('is refused all the same where a rule shuts the user out', async () => {
    const { fixture, failure } = lockedOut();
    const shutOut = once('after', 'setPassword', () =>
      fixture.database.changePassword(fixture.address, 'sheep', 'Shut-Out-1'),
    );
    const error = await failure(shutOut);
    expect(error?.code).toBe('KEYTURN_NEW_PASSWORD_REFUSED');
    expect(error?.message).toBe(
      'The database refused the password of user "sheep" right after it was set. Look for an authentication rule that shuts the user out.',
    );
  });

  it('is not set by a superuser that is the other user of the pair', async () => {
    const superuserFields = { username: 'sheep_clone' };
    const { failure } = lockedOut({ strategy: alternatingUsers(), superuserFields });
    expect((await failure())?.code).toBe('KEYTURN_SUPERUSER_IS_USER');
  });
});
