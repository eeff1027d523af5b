import { alternatingUsers } from '../../src/index.js';
import { failing, once } from '../support/ports.js';
import { RotationFixture, SECRET } from '../support/rotation-fixture.js';

/**
 * A fixture where `late` was promoted after `new` had set the password of the user that both name: AWSCURRENT is
 * dead, and only `new` knows the password that works.
 */
async function promotedLate() {
  const fixture = new RotationFixture({ strategy: alternatingUsers() });
  await fixture.rotate('before');
  fixture.begin('late');
  await fixture.runUpTo('testSecret', 'late');
  const takeOver = once('before', 'moveLabel', async () => {
    fixture.store.removeLabel(SECRET, 'AWSPENDING');
    fixture.begin('new');
    await fixture.runUpTo('setSecret', 'new', fixture.engine());
  });
  await fixture.run('finishSecret', 'late', { engine: fixture.engine(takeOver) });
  expect(fixture.labels).toMatchObject({ AWSCURRENT: 'late', AWSPENDING: 'new' });
  expect(fixture.isAlive('late')).toBe(false);
  return fixture;
}

describe('a rotation that finds its own user current', () => {
  it('gives the user the password of AWSCURRENT before it refuses', async () => {
    const fixture = await promotedLate();
    expect((await fixture.failure('testSecret', 'new')).code).toBe('KEYTURN_USER_MISMATCH');
    expect(fixture.isAlive('late')).toBe(true);
    expect(fixture.news).toContain('rotation.healed');
    expect(fixture.database.openSessions).toBe(0);

    fixture.forgetSignIns();
    expect((await fixture.failure('testSecret', 'new')).code).toBe('KEYTURN_USER_MISMATCH');
    // One user has one password, so that nothing but AWSCURRENT is tried.
    expect(fixture.signIns).toEqual(['sheep accepted']);
  });

  it('refuses all the same where the user cannot be healed now, and heals it the next time', async () => {
    const fixture = await promotedLate();
    const engine = fixture.engine(failing('setPassword', 'KEYTURN_DATABASE_UNREACHABLE'));
    const { code } = await fixture.failure('testSecret', 'new', { engine });
    expect(code).toBe('KEYTURN_USER_MISMATCH');
    expect(fixture.database.openSessions).toBe(0);
    await fixture.failure('testSecret', 'new');
    expect(fixture.isAlive('late')).toBe(true);
  });

  it('does not hide a programming mistake', async () => {
    const fixture = await promotedLate();
    const mistake = once('before', 'setPassword', () => Promise.reject(new TypeError('oops')));
    const { code } = await fixture.failure('testSecret', 'new', {
      engine: fixture.engine(mistake),
    });
    expect(code).toBe('KEYTURN_UNEXPECTED');
  });

  it('signs in as nobody where there is nothing to heal', async () => {
    const current = new RotationFixture({ strategy: alternatingUsers() });
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
