import { alternatingUsers, DatabaseError, SecretStoreError, singleUser } from '../../src/index.js';
import { once } from '../support/ports.js';
import { RotationFixture, type FixtureOptions } from '../support/rotation-fixture.js';

/** A fixture at setSecret of `second`. */
async function atSet(options: Partial<FixtureOptions> = {}) {
  const fixture = new RotationFixture({
    strategy: singleUser({ changeIn: 'setSecret' }),
    ...options,
  });
  fixture.begin('second');
  await fixture.run('createSecret', 'second');
  return fixture;
}

/** Somebody shuts the user out right after its password was changed. */
const shutOut = (fixture: RotationFixture, user: string) =>
  once('after', 'setPassword', () =>
    fixture.database.changePassword(fixture.address, user, 'Shut-Out-1'),
  );

describe('a password that was changed', () => {
  it('counts only once the labels were read again', async () => {
    const fixture = await atSet();
    const lost = once(
      'before',
      'describe',
      () =>
        Promise.reject(
          new SecretStoreError({ code: 'KEYTURN_STORE_THROTTLED', message: 'Slow down.' }),
        ),
      2,
    );
    const { code } = await fixture.failure('setSecret', 'second', { engine: fixture.engine(lost) });
    expect(code).toBe('KEYTURN_STORE_THROTTLED');
    expect(fixture.news).toEqual([]);
    expect((await fixture.run('setSecret', 'second')).outcome).toContain('was set already');
  });

  it('and is refused is undone, and the error says so', async () => {
    const fixture = await atSet();
    const engine = fixture.engine(shutOut(fixture, 'sheep'));
    const error = await fixture.failure('setSecret', 'second', { engine });
    expect(error.code).toBe('KEYTURN_NEW_PASSWORD_REFUSED');
    expect(error.message).toContain('refused the new password of user "sheep" right after');
    expect(error.message).toContain('The change was undone');
    expect(fixture.observer.named('rotation.healed')).toMatchObject([
      { how: 'The change of user "sheep" was undone.' },
    ]);
  });

  it('and is refused stays where nobody knows the old one, and the error says so', async () => {
    const fixture = await atSet({ strategy: alternatingUsers({ existingUsers: 'adopt' }) });
    const name = 'sheep_clone';
    fixture.database.putUser(fixture.address, { name, password: 'Nobody-knows-1' });
    const engine = fixture.engine(shutOut(fixture, name));
    const error = await fixture.failure('setSecret', 'second', { engine });
    expect(error.code).toBe('KEYTURN_NEW_PASSWORD_REFUSED');
    expect(error.message).toContain('is not known, so nothing was undone');
    expect(fixture.news).toEqual([]);
  });

  it.each([
    [
      new DatabaseError({ code: 'KEYTURN_DATABASE_TLS', message: 'No TLS.' }),
      'KEYTURN_DATABASE_TLS',
      'The new password may be set, but signing in with it could not be tried. No TLS.',
    ],
    [
      new DatabaseError({
        code: 'KEYTURN_DATABASE_UNREACHABLE',
        message: 'No route.',
        retryable: true,
      }),
      'KEYTURN_DATABASE_UNREACHABLE',
      'No route.',
    ],
    [new TypeError('oops'), 'KEYTURN_UNEXPECTED', 'Something unforeseen went wrong: oops'],
  ])('and could not be tried is tried by the next delivery: %s', async (failure, code, message) => {
    const fixture = await atSet();
    const untried = once('before', 'signIn', () => Promise.reject(failure), 2);
    const engine = fixture.engine(untried);
    const error = await fixture.failure('setSecret', 'second', { engine }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code, retryable: true });
    expect((error as Error).message).toContain(message);
    expect(fixture.isAlive('second')).toBe(true);
  });
});
