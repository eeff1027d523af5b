import { alternatingUsers } from '../../src/index.js';
import { failing, once } from '../support/ports.js';
import { RotationBench, SECRET } from '../support/rotation-bench.js';

/**
 * A bench where `late` was promoted after `new` had set the password of the user that both name: AWSCURRENT is
 * dead, and only `new` knows the password that works.
 */
async function promotedLate() {
  const bench = new RotationBench({ strategy: alternatingUsers() });
  await bench.rotate('before');
  bench.begin('late');
  await bench.runUpTo('testSecret', 'late');
  const takeOver = once('before', 'moveLabel', async () => {
    bench.store.removeLabel(SECRET, 'AWSPENDING');
    bench.begin('new');
    await bench.runUpTo('setSecret', 'new', bench.engine());
  });
  await bench.run('finishSecret', 'late', { engine: bench.engine(takeOver) });
  expect(bench.labels).toMatchObject({ AWSCURRENT: 'late', AWSPENDING: 'new' });
  expect(bench.isAlive('late')).toBe(false);
  return bench;
}

describe('a rotation that finds its own user current', () => {
  it('gives the user the password of AWSCURRENT before it refuses', async () => {
    const bench = await promotedLate();
    expect((await bench.failure('testSecret', 'new')).code).toBe('KEYTURN_USER_MISMATCH');
    expect(bench.isAlive('late')).toBe(true);
    expect(bench.news).toContain('rotation.healed');
    expect(bench.database.openSessions).toBe(0);

    bench.forgetSignIns();
    expect((await bench.failure('testSecret', 'new')).code).toBe('KEYTURN_USER_MISMATCH');
    expect(bench.signIns).toEqual(['sheep refused']);
  });

  it('refuses all the same where the user cannot be healed now, and heals it the next time', async () => {
    const bench = await promotedLate();
    const engine = bench.engine(failing('setPassword', 'KEYTURN_DATABASE_UNREACHABLE'));
    const { code } = await bench.failure('testSecret', 'new', { engine });
    expect(code).toBe('KEYTURN_USER_MISMATCH');
    expect(bench.database.openSessions).toBe(0);
    await bench.failure('testSecret', 'new');
    expect(bench.isAlive('late')).toBe(true);
  });

  it('does not hide a programming mistake', async () => {
    const bench = await promotedLate();
    const mistake = once('before', 'setPassword', () => Promise.reject(new TypeError('oops')));
    const { code } = await bench.failure('testSecret', 'new', { engine: bench.engine(mistake) });
    expect(code).toBe('KEYTURN_UNEXPECTED');
  });

  it('signs in as nobody where there is nothing to heal', async () => {
    const current = new RotationBench({ strategy: alternatingUsers() });
    for (const [name, change] of [
      ['other', { username: 'wolf', password: 'Another-1' }],
      ['same', { username: 'sheep' }],
    ] as const) {
      current.putValue(name, change, ['AWSPENDING']);
      expect((await current.failure('setSecret', name)).code).toBe('KEYTURN_USER_MISMATCH');
    }
    expect(current.signIns).toEqual([]);
  });
});
