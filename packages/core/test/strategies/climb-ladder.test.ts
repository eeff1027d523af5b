import type { CallHook } from '@keyturn/testkit/faults';
import { alternatingUsers, singleUser, type RotationStrategy } from '../../src/index.js';
import { failing } from '../support/ports.js';
import { RotationFixture, SECRET, token } from '../support/rotation-fixture.js';

const HOUR_MS = 3_600_000;

/** A fixture at setSecret of `second`. */
async function atSet(strategy: RotationStrategy = singleUser({ changeIn: 'setSecret' })) {
  const fixture = new RotationFixture({ strategy });
  fixture.begin('second');
  await fixture.run('createSecret', 'second');
  return fixture;
}

const setPassword = (fixture: RotationFixture, password: string, user = 'sheep') =>
  fixture.database.changePassword(fixture.address, user, password);

describe.each<[string, () => RotationStrategy]>([
  ['single user', () => singleUser({ changeIn: 'setSecret' })],
  ['alternating users', () => alternatingUsers()],
])('the ladder of %s', (_, strategy) => {
  it('takes current first, with no refused sign-in', async () => {
    const fixture = await atSet(strategy());
    await fixture.run('setSecret', 'second');
    expect(fixture.signIns[0]).toBe('sheep accepted');
    expect(fixture.signIns.join()).not.toContain('refused');
  });

  it('takes previous when current and pending are refused, and says so', async () => {
    const fixture = await atSet(strategy());
    fixture.putValue('older', { password: 'Previous-1' }, ['AWSPREVIOUS']);
    setPassword(fixture, 'Previous-1');
    await fixture.runUpTo('finishSecret', 'second');
    expect(fixture.observer.named('rotation.healed')[0]?.how).toContain('AWSPREVIOUS version');
    expect(fixture.isAlive('second')).toBe(true);
  });

  it('takes the newest version that is newer than AWSCURRENT where that and the pending one are refused', async () => {
    const fixture = await atSet(strategy());
    fixture.putValue('older', { password: 'Previous-1' }, ['AWSPREVIOUS']);
    for (const name of ['u1', 'u2']) fixture.putValue(name, { password: `Unlabelled-${name}` });
    setPassword(fixture, 'Unlabelled-u2');
    await fixture.run('setSecret', 'second');
    const refused = fixture.signIns.filter((line) => line === 'sheep refused');
    expect(refused.length).toBeLessThanOrEqual(2);
    expect(fixture.observer.named('rotation.healed')[0]?.how).toContain('unlabelled');
    expect(fixture.isAlive('second')).toBe(true);
  });

  it('tries a user three times and no more, in all deliveries together', async () => {
    const fixture = await atSet(strategy());
    fixture.database.setLockRule(fixture.address, { limit: 5 });
    for (const n of [1, 2, 3, 4, 5, 6]) fixture.putValue(`u${n}`, { password: `Unlabelled-${n}` });
    setPassword(fixture, 'Unlabelled-1');
    fixture.clock.advance(HOUR_MS);
    for (let delivery = 0; delivery < 4; delivery++) {
      expect((await fixture.failure('setSecret', 'second')).code).toBe(
        'KEYTURN_NO_PROOF_OF_OWNERSHIP',
      );
      fixture.restart();
    }
    expect(fixture.signIns.filter((line) => line === 'sheep refused')).toHaveLength(3);
    expect(fixture.database.server(fixture.address).users['sheep']?.lock).toEqual({ failed: 3 });
  });

  it('looks through a long history only as long as there is time', async () => {
    const fixture = await atSet(strategy());
    for (let n = 1; n <= 30; n++) fixture.putValue(`w${n}`, { username: 'wolf' });
    setPassword(fixture, 'nobody-knows');
    let reads = 0;
    const slow: CallHook = {
      after({ method }) {
        if (method !== 'readValue') return;
        reads += 1;
        fixture.clock.advance(1_000);
      },
    };
    const error = await fixture.refusal('setSecret', 'second', {
      engine: fixture.engine(slow),
      deadline: fixture.clock.now() + 15_000,
    });
    expect(error).toMatchObject({ code: 'KEYTURN_OUT_OF_TIME', retryable: true });
    expect(reads).toBeLessThan(15);
  });

  it('does not count versions of other users and servers among the five', async () => {
    const fixture = await atSet(strategy());
    fixture.putValue('good', { password: 'Unlabelled-1' });
    for (const n of [1, 2, 3, 4, 5, 6]) {
      fixture.putValue(`w${n}`, { username: 'wolf' });
      fixture.putValue(`h${n}`, { host: 'old.example' });
      fixture.putValue(`p${n}`, { port: 5440 });
      fixture.putValue(`e${n}`, { engine: 'mysql' });
    }
    setPassword(fixture, 'Unlabelled-1');
    await fixture.run('setSecret', 'second');
    expect(fixture.signIns.join()).not.toContain('wolf');
  });

  it('looks at versions that carry labels of the user’s own', async () => {
    const fixture = await atSet(strategy());
    fixture.putValue('kept', { password: 'Labelled-1' }, ['mine']);
    setPassword(fixture, 'Labelled-1');
    await fixture.run('setSecret', 'second');
    expect(fixture.isAlive('second')).toBe(true);
  });

  it.each<[string, Record<string, unknown>]>([
    ['user', { username: 'wolf' }],
    ['host', { host: 'old.example' }],
    ['port', { port: 5440 }],
  ])('leaves out versions with another %s', async (_, change) => {
    const fixture = await atSet(strategy());
    fixture.database.putUser(fixture.address, { name: 'wolf', password: 'Old-Old-1' });
    fixture.putValue('older', { password: 'Old-Old-1', ...change }, ['AWSPREVIOUS']);
    fixture.putValue('oldest', { password: 'Old-Old-1', ...change });
    setPassword(fixture, change['username'] === undefined ? 'Old-Old-1' : 'unknown');
    expect((await fixture.refusal('setSecret', 'second')).code).toBe(
      'KEYTURN_NO_PROOF_OF_OWNERSHIP',
    );
    expect(fixture.signIns.join()).not.toMatch(/wolf|shepherd/);
  });

  it('ends without proof where no stored version signs in, and never sends the superuser', async () => {
    const fixture = await atSet(strategy());
    setPassword(fixture, 'nobody-knows');
    const error = await fixture.refusal('setSecret', 'second');
    expect(error).toMatchObject({ code: 'KEYTURN_NO_PROOF_OF_OWNERSHIP', retryable: false });
    expect(error.message).toContain('as user "sheep" or its alternate: the database refused');
    expect(error.message).toContain('the password of each that was tried. Nothing was changed.');
    expect(fixture.signIns.join()).not.toContain('shepherd');
  });

  it('names the missing permission where unlabelled versions may not be listed', async () => {
    const fixture = await atSet(strategy());
    setPassword(fixture, 'nobody-knows');
    const denied = failing(
      'listVersions',
      'KEYTURN_STORE_ACCESS_DENIED',
      'Add secretsmanager:ListSecretVersionIds to the role.',
    );
    const error = await fixture.refusal('setSecret', 'second', { engine: fixture.engine(denied) });
    expect(error.code).toBe('KEYTURN_NO_PROOF_OF_OWNERSHIP');
    expect(error.message).toContain('secretsmanager:ListSecretVersionIds');
  });

  it('stops at any other failure to list them', async () => {
    const fixture = await atSet(strategy());
    setPassword(fixture, 'nobody-knows');
    const error = await fixture.refusal('setSecret', 'second', {
      engine: fixture.engine(failing('listVersions', 'KEYTURN_STORE_THROTTLED')),
    });
    expect(error.code).toBe('KEYTURN_STORE_THROTTLED');
  });

  it.each([
    'KEYTURN_DATABASE_UNREACHABLE',
    'KEYTURN_DATABASE_TLS',
    'KEYTURN_DATABASE_UNKNOWN',
    'KEYTURN_DATABASE_FULL',
    'KEYTURN_DATABASE_SHA256_USER',
  ] as const)('never takes %s for a refused password', async (code) => {
    const fixture = await atSet(strategy());
    fixture.database.setTrouble(fixture.address, code);
    expect((await fixture.refusal('setSecret', 'second')).code).toBe(code);
    expect(fixture.signIns).toEqual([`sheep ${code}`]);
  });

  it('asks nothing of the store that the ordinary path does not need', async () => {
    const fixture = new RotationFixture({ strategy: strategy() });
    const denied = failing('listVersions', 'KEYTURN_STORE_ACCESS_DENIED');
    for (const name of ['second', 'third', 'fourth']) {
      await fixture.rotate(name, fixture.engine(denied));
    }
    expect(fixture.labels.AWSCURRENT).toBe('fourth');
  });

  it('rotates on after an operator’s put of the same password', async () => {
    const fixture = new RotationFixture({ strategy: strategy() });
    await fixture.rotate('second');
    const { password } = fixture.value('second') ?? {};
    const value = JSON.stringify({ ...fixture.value('second'), password, note: 'new' });
    fixture.store.putCurrent({ secretId: SECRET, versionId: token('put'), value });
    await fixture.rotate('third');
    expect(fixture.labels).toEqual({ AWSCURRENT: 'third', AWSPREVIOUS: 'put' });
    expect(fixture.value('third')?.['note']).toBe('new');
  });
});
