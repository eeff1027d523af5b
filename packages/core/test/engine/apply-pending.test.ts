import { alternatingUsers, DatabaseError, SecretStoreError, singleUser } from '../../src/index.js';
import { once } from '../support/ports.js';
import { RotationBench, type BenchOptions } from '../support/rotation-bench.js';

/** A bench at setSecret of `second`. */
async function atSet(options: Partial<BenchOptions> = {}) {
  const bench = new RotationBench({ strategy: singleUser(), ...options });
  bench.begin('second');
  await bench.run('createSecret', 'second');
  return bench;
}

/** Somebody shuts the user out right after its password was changed. */
const shutOut = (bench: RotationBench, user: string) =>
  once('after', 'setPassword', () =>
    bench.database.changePassword(bench.address, user, 'Shut-Out-1'),
  );

describe('a password that was changed', () => {
  it('counts only once the labels were read again', async () => {
    const bench = await atSet();
    const lost = once(
      'before',
      'describe',
      () =>
        Promise.reject(
          new SecretStoreError({ code: 'KEYTURN_STORE_THROTTLED', message: 'Slow down.' }),
        ),
      2,
    );
    const { code } = await bench.failure('setSecret', 'second', { engine: bench.engine(lost) });
    expect(code).toBe('KEYTURN_STORE_THROTTLED');
    expect(bench.news).toEqual([]);
    expect((await bench.run('setSecret', 'second')).outcome).toContain('was set already');
  });

  it('and is refused is undone, and the error says so', async () => {
    const bench = await atSet();
    const engine = bench.engine(shutOut(bench, 'sheep'));
    const error = await bench.failure('setSecret', 'second', { engine });
    expect(error.code).toBe('KEYTURN_NEW_PASSWORD_REFUSED');
    expect(error.message).toContain('refused the new password of user "sheep" right after');
    expect(error.remedy).toContain('The change was undone');
    expect(bench.observer.named('rotation.healed')).toMatchObject([
      { how: 'The change of user "sheep" was undone.' },
    ]);
  });

  it('and is refused stays where nobody knows the old one, and the error says so', async () => {
    const bench = await atSet({ strategy: alternatingUsers({ existingUsers: 'adopt' }) });
    const name = 'sheep_clone';
    bench.database.putUser(bench.address, { name, password: 'Nobody-knows-1' });
    const engine = bench.engine(shutOut(bench, name));
    const error = await bench.failure('setSecret', 'second', { engine });
    expect(error.code).toBe('KEYTURN_NEW_PASSWORD_REFUSED');
    expect(error.remedy).toContain('is not known, so nothing was undone');
    expect(bench.news).toEqual([]);
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
    const bench = await atSet();
    const untried = once('before', 'signIn', () => Promise.reject(failure), 2);
    const engine = bench.engine(untried);
    const error = await bench.failure('setSecret', 'second', { engine }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code, retryable: true });
    expect((error as Error).message).toContain(message);
    expect(bench.isAlive('second')).toBe(true);
  });
});
