import { recordCalls } from '@keyturn/testkit/faults';
import {
  alternatingUsers,
  type AlternatingUsersOptions,
  type RotationSettings,
} from '../../src/index.js';
import { RotationBench } from '../support/rotation-bench.js';

async function atSet(options: AlternatingUsersOptions = {}, settings: RotationSettings = {}) {
  const bench = new RotationBench({ strategy: alternatingUsers(options), settings });
  bench.begin('second');
  await bench.run('createSecret', 'second');
  return bench;
}

const putUser = (bench: RotationBench, name: string, password: string, more: object = {}) =>
  bench.database.putUser(bench.address, { name, password, ...more });

describe('evidence that an alternate user belongs to the pair', () => {
  const stranger = async (...options: Parameters<typeof atSet>) => {
    const bench = await atSet(...options);
    putUser(bench, 'sheep_clone', 'Stranger-1');
    return bench;
  };

  it('is missing for an unrelated user, which is refused with the narrow remedy', async () => {
    const bench = await stranger();
    expect(await bench.refusal('setSecret', 'second')).toMatchObject({
      code: 'KEYTURN_UNRELATED_USER',
      field: 'username',
      remedy: expect.stringContaining('KEYTURN_USER_PAIRS') as string,
    });
  });

  it('is missing for an unrelated sheep when the secret’s own user is sheep_clone', async () => {
    const bench = new RotationBench({
      strategy: alternatingUsers(),
      fields: { username: 'sheep_clone' },
    });
    putUser(bench, 'sheep', 'Stranger-1');
    bench.begin('second');
    await bench.run('createSecret', 'second');
    expect((await bench.refusal('setSecret', 'second')).code).toBe('KEYTURN_UNRELATED_USER');
  });

  it('is no label alone', async () => {
    const bench = await stranger();
    bench.putValue('older', { username: 'sheep_clone', password: 'Wrong-One-1' }, ['AWSPREVIOUS']);
    expect((await bench.refusal('setSecret', 'second')).code).toBe('KEYTURN_UNRELATED_USER');
  });

  it.each<[string, readonly string[], object]>([
    ['AWSPREVIOUS', ['AWSPREVIOUS'], {}],
    ['AWSPREVIOUS stored with another server', ['AWSPREVIOUS'], { host: 'old.example', port: 1 }],
    ['an unlabelled version', [], {}],
    ['an unlabelled version stored with another server', [], { host: 'old.example' }],
    ['a version with a label of its own', ['mine'], {}],
  ])('is %s that signs in here', async (_, labels, change) => {
    const bench = await stranger();
    const credential = { username: 'sheep_clone', password: 'Stranger-1' };
    bench.putValue('older', { ...credential, ...change }, labels);
    await bench.run('setSecret', 'second');
    expect(bench.alive).toContain('second');
  });

  it('is looked for in AWSPREVIOUS, then the pending value, then unlabelled versions', async () => {
    const bench = await stranger();
    for (const name of ['u1', 'u2']) {
      bench.putValue(name, { username: 'sheep_clone', password: `Wrong-${name}` });
    }
    bench.putValue('older', { username: 'sheep_clone', password: 'Wrong-One-1' }, ['AWSPREVIOUS']);
    const calls = recordCalls();
    await bench.failure('setSecret', 'second', { engine: bench.engine(calls) });
    const tried = calls.calls.flatMap(({ method, request }) =>
      method === 'signIn'
        ? [(request as { password: { reveal(): string } }).password.reveal()]
        : [],
    );
    expect(tried.slice(2)).toEqual([
      'Wrong-One-1',
      bench.value('second')?.['password'],
      'Wrong-u2',
      'Wrong-u1',
    ]);
  });

  it('of unlabelled versions is not hidden by newer ones of the current user', async () => {
    const bench = await stranger();
    bench.putValue('older', { username: 'sheep_clone', password: 'Stranger-1' });
    for (const n of [1, 2, 3, 4, 5]) bench.putValue(`newer${n}`, { password: `Newer-Newer-${n}` });
    await bench.run('setSecret', 'second');
    expect(bench.alive).toContain('second');
  });

  it('is not looked for twice in one version', async () => {
    const bench = new RotationBench({ strategy: alternatingUsers() });
    await bench.rotate('before');
    bench.putValue('older', { password: 'Stored-Older-1' });
    bench.putValue('oldest', { password: 'Stored-Oldest-1' }, ['AWSPREVIOUS']);
    bench.begin('second');
    await bench.run('createSecret', 'second');
    bench.database.changePassword(bench.address, 'sheep_clone', 'Unknown-1');
    bench.database.changePassword(bench.address, 'sheep', 'Stored-Older-1');
    bench.forgetSignIns();
    await bench.run('setSecret', 'second');
    expect(bench.signIns.filter((line) => !line.startsWith('shepherd'))).toEqual([
      'sheep_clone refused',
      ...Array<string>(2).fill('sheep refused'),
      ...Array<string>(2).fill('sheep accepted'),
    ]);
  });

  it('is the setting to adopt existing users', async () => {
    for (const bench of [
      await stranger({ existingUsers: 'adopt' }),
      await stranger({}, { existingUsers: 'adopt' }),
    ]) {
      await bench.run('setSecret', 'second');
      expect(bench.alive).toEqual(['first', 'second']);
    }
  });

  it('is a configured pair', async () => {
    const userPairs = [['ram', 'sheep']] as const;
    for (const bench of [await atSet({ userPairs }), await atSet({}, { userPairs })]) {
      putUser(bench, 'ram', 'Stranger-1');
      await bench.run('setSecret', 'second');
      expect(bench.value('second')?.['username']).toBe('ram');
      expect(bench.alive).toEqual(['first', 'second']);
    }
  });

  it('is not enough to create a user of a configured pair', async () => {
    const bench = await atSet({ userPairs: [['ram', 'sheep']] });
    expect(await bench.refusal('setSecret', 'second')).toMatchObject({
      code: 'KEYTURN_USER_MISSING',
      field: 'KEYTURN_USER_PAIRS',
    });
  });

  it.each([
    ['KEYTURN_USER_IS_SUPERUSER', { superuser: true }],
    ['KEYTURN_USER_IS_EXTERNAL', { external: true }],
    ['KEYTURN_USER_EXPIRED', { validUntil: 1 }],
  ])('never outweighs %s', async (code, flags) => {
    for (const options of [{ existingUsers: 'adopt' }, { userPairs: [['sheep', 'sheep_clone']] }]) {
      const bench = await atSet(options as AlternatingUsersOptions);
      putUser(bench, 'sheep_clone', 'Stranger-1', flags);
      bench.putValue('older', { username: 'sheep_clone', password: 'Stranger-1' }, ['AWSPREVIOUS']);
      expect((await bench.refusal('setSecret', 'second')).code).toBe(code);
    }
  });
});
