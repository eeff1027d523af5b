import { recordCalls } from '@keyturn/testkit/faults';
import {
  alternatingUsers,
  type AlternatingUsersOptions,
  type RotationSettings,
} from '../../src/index.js';
import { RotationFixture } from '../support/rotation-fixture.js';

async function atSet(options: AlternatingUsersOptions = {}, settings: RotationSettings = {}) {
  const fixture = new RotationFixture({ strategy: alternatingUsers(options), settings });
  fixture.begin('second');
  await fixture.run('createSecret', 'second');
  return fixture;
}

const putUser = (fixture: RotationFixture, name: string, password: string, more: object = {}) =>
  fixture.database.putUser(fixture.address, { name, password, ...more });

describe('evidence that an alternate user belongs to the pair', () => {
  const stranger = async (...options: Parameters<typeof atSet>) => {
    const fixture = await atSet(...options);
    putUser(fixture, 'sheep_clone', 'Stranger-1');
    return fixture;
  };

  it('is missing for an unrelated user, which is refused with the narrow remedy', async () => {
    const fixture = await stranger();
    expect(await fixture.refusal('setSecret', 'second')).toMatchObject({
      code: 'KEYTURN_UNRELATED_USER',
      field: 'username',
      remedy: expect.stringContaining('userPairs') as string,
    });
  });

  it('is missing for an unrelated sheep when the secret’s own user is sheep_clone', async () => {
    const fixture = new RotationFixture({
      strategy: alternatingUsers(),
      fields: { username: 'sheep_clone' },
    });
    putUser(fixture, 'sheep', 'Stranger-1');
    fixture.begin('second');
    await fixture.run('createSecret', 'second');
    expect((await fixture.refusal('setSecret', 'second')).code).toBe('KEYTURN_UNRELATED_USER');
  });

  it('is no label alone', async () => {
    const fixture = await stranger();
    fixture.putValue('older', { username: 'sheep_clone', password: 'Wrong-One-1' }, [
      'AWSPREVIOUS',
    ]);
    expect((await fixture.refusal('setSecret', 'second')).code).toBe('KEYTURN_UNRELATED_USER');
  });

  it.each<[string, readonly string[], object]>([
    ['AWSPREVIOUS', ['AWSPREVIOUS'], {}],
    ['an unlabelled version', [], {}],
    ['a version with a label of its own', ['mine'], {}],
  ])('is %s that signs in here', async (_, labels, change) => {
    const fixture = await stranger();
    const credential = { username: 'sheep_clone', password: 'Stranger-1' };
    fixture.putValue('older', { ...credential, ...change }, labels);
    await fixture.run('setSecret', 'second');
    expect(fixture.alive).toContain('second');
  });

  it('is looked for in AWSPREVIOUS, then the pending value, then unlabelled versions', async () => {
    const fixture = await stranger();
    fixture.database.setLockRule(fixture.address, { limit: 5 });
    for (const name of ['u1', 'u2']) {
      fixture.putValue(name, { username: 'sheep_clone', password: `Wrong-${name}` });
    }
    fixture.putValue('older', { username: 'sheep_clone', password: 'Wrong-One-1' }, [
      'AWSPREVIOUS',
    ]);
    const calls = recordCalls();
    await fixture.failure('setSecret', 'second', { engine: fixture.engine(calls) });
    const tried = calls.calls.flatMap(({ method, request }) =>
      method === 'signIn'
        ? [(request as { password: { reveal(): string } }).password.reveal()]
        : [],
    );
    expect(tried.slice(2)).toEqual([
      'Wrong-One-1',
      fixture.value('second')?.['password'],
      // No more than three wrong passwords in a row.
      'Wrong-u2',
    ]);
  });

  it('of unlabelled versions is not hidden by newer ones of the current user', async () => {
    const fixture = await stranger();
    fixture.putValue('older', { username: 'sheep_clone', password: 'Stranger-1' });
    for (const n of [1, 2, 3, 4, 5])
      fixture.putValue(`newer${n}`, { password: `Newer-Newer-${n}` });
    await fixture.run('setSecret', 'second');
    expect(fixture.alive).toContain('second');
  });

  it('is not looked for twice in one version', async () => {
    const fixture = new RotationFixture({ strategy: alternatingUsers() });
    await fixture.rotate('before');
    fixture.putValue('older', { password: 'Stored-Older-1' });
    fixture.putValue('oldest', { password: 'Stored-Oldest-1' }, ['AWSPREVIOUS']);
    fixture.begin('second');
    await fixture.run('createSecret', 'second');
    fixture.database.changePassword(fixture.address, 'sheep_clone', 'Unknown-1');
    fixture.database.changePassword(fixture.address, 'sheep', 'Stored-Older-1');
    fixture.forgetSignIns();
    await fixture.run('setSecret', 'second');
    expect(fixture.signIns.filter((line) => !line.startsWith('shepherd'))).toEqual([
      'sheep_clone refused',
      'sheep refused',
      ...Array<string>(2).fill('sheep accepted'),
    ]);
  });

  it('is the setting to adopt existing users', async () => {
    for (const fixture of [
      await stranger({ existingUsers: 'adopt' }),
      await stranger({}, { existingUsers: 'adopt' }),
    ]) {
      await fixture.run('setSecret', 'second');
      expect(fixture.alive).toEqual(['first', 'second']);
    }
  });

  it('is a configured pair', async () => {
    const userPairs = [['ram', 'sheep']] as const;
    for (const fixture of [await atSet({ userPairs }), await atSet({}, { userPairs })]) {
      putUser(fixture, 'ram', 'Stranger-1');
      await fixture.run('setSecret', 'second');
      expect(fixture.value('second')?.['username']).toBe('ram');
      expect(fixture.alive).toEqual(['first', 'second']);
    }
  });

  it('is not enough to create a user of a configured pair', async () => {
    const fixture = await atSet({ userPairs: [['ram', 'sheep']] });
    expect(await fixture.refusal('setSecret', 'second')).toMatchObject({
      code: 'KEYTURN_USER_MISSING',
      field: 'userPairs',
    });
  });

  it.each([
    ['KEYTURN_USER_IS_SUPERUSER', { superuser: true }],
    ['KEYTURN_USER_IS_EXTERNAL', { external: true }],
    ['KEYTURN_USER_EXPIRED', { validUntil: 1 }],
  ])('never outweighs %s', async (code, flags) => {
    for (const options of [{ existingUsers: 'adopt' }, { userPairs: [['sheep', 'sheep_clone']] }]) {
      const fixture = await atSet(options as AlternatingUsersOptions);
      putUser(fixture, 'sheep_clone', 'Stranger-1', flags);
      fixture.putValue('older', { username: 'sheep_clone', password: 'Stranger-1' }, [
        'AWSPREVIOUS',
      ]);
      expect((await fixture.refusal('setSecret', 'second')).code).toBe(code);
    }
  });
});
