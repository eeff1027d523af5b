import type { CallHook } from '@keyturn/testkit/faults';
import { alternatingUsers, singleUser, type RotationStrategy } from '../../src/index.js';
import { failing } from '../support/ports.js';
import { RotationBench, SECRET, token } from '../support/rotation-bench.js';

/** A bench at setSecret of `second`. */
async function atSet(strategy: RotationStrategy = singleUser()) {
  const bench = new RotationBench({ strategy });
  bench.begin('second');
  await bench.run('createSecret', 'second');
  return bench;
}

const setPassword = (bench: RotationBench, password: string, user = 'sheep') =>
  bench.database.changePassword(bench.address, user, password);

describe.each<[string, () => RotationStrategy]>([
  ['single user', () => singleUser()],
  ['alternating users', () => alternatingUsers()],
])('the ladder of %s', (_, strategy) => {
  it('takes current first, with no refused sign-in', async () => {
    const bench = await atSet(strategy());
    await bench.run('setSecret', 'second');
    expect(bench.signIns[0]).toBe('sheep accepted');
    expect(bench.signIns.join()).not.toContain('refused');
  });

  it('takes previous when current and pending are refused, and says so', async () => {
    const bench = await atSet(strategy());
    bench.putValue('older', { password: 'Previous-1' }, ['AWSPREVIOUS']);
    setPassword(bench, 'Previous-1');
    await bench.runUpTo('finishSecret', 'second');
    expect(bench.observer.named('rotation.healed')[0]?.how).toContain('AWSPREVIOUS version');
    expect(bench.isAlive('second')).toBe(true);
  });

  it('takes an unlabelled version when all others are refused, the newest first', async () => {
    const bench = await atSet(strategy());
    for (const name of ['u1', 'u2', 'u3']) bench.putValue(name, { password: `Unlabelled-${name}` });
    setPassword(bench, 'Unlabelled-u2');
    await bench.run('setSecret', 'second');
    const refused = bench.signIns.filter((line) => line === 'sheep refused');
    // first and u3, and what else there is for each user.
    expect(refused.length).toBeLessThanOrEqual(3);
    expect(bench.observer.named('rotation.healed')[0]?.how).toContain('unlabelled');
    expect(bench.isAlive('second')).toBe(true);
  });

  it('tries five unlabelled versions and no more', async () => {
    const bench = await atSet(strategy());
    for (const n of [1, 2, 3, 4, 5, 6]) bench.putValue(`u${n}`, { password: `Unlabelled-${n}` });
    setPassword(bench, 'Unlabelled-1');
    expect((await bench.refusal('setSecret', 'second')).code).toBe('KEYTURN_NO_PROOF_OF_OWNERSHIP');
    setPassword(bench, 'Unlabelled-2');
    await bench.run('setSecret', 'second');
  });

  it('looks through a long history only as long as there is time', async () => {
    const bench = await atSet(strategy());
    for (let n = 1; n <= 30; n++) bench.putValue(`w${n}`, { username: 'wolf' });
    setPassword(bench, 'nobody-knows');
    let reads = 0;
    const slow: CallHook = {
      after({ method }) {
        if (method !== 'readValue') return;
        reads += 1;
        bench.clock.advance(1_000);
      },
    };
    const error = await bench.refusal('setSecret', 'second', {
      engine: bench.engine(slow),
      deadline: bench.clock.now() + 15_000,
    });
    expect(error).toMatchObject({ code: 'KEYTURN_OUT_OF_TIME', retryable: true });
    expect(reads).toBeLessThan(15);
  });

  it('does not count versions of other users and servers among the five', async () => {
    const bench = await atSet(strategy());
    bench.putValue('good', { password: 'Unlabelled-1' });
    for (const n of [1, 2, 3, 4, 5, 6]) {
      bench.putValue(`w${n}`, { username: 'wolf' });
      bench.putValue(`h${n}`, { host: 'old.example' });
      bench.putValue(`p${n}`, { port: 5440 });
      bench.putValue(`e${n}`, { engine: 'mysql' });
    }
    setPassword(bench, 'Unlabelled-1');
    await bench.run('setSecret', 'second');
    expect(bench.signIns.join()).not.toContain('wolf');
  });

  it('looks at versions that carry labels of the user’s own', async () => {
    const bench = await atSet(strategy());
    bench.putValue('kept', { password: 'Labelled-1' }, ['mine']);
    setPassword(bench, 'Labelled-1');
    await bench.run('setSecret', 'second');
    expect(bench.isAlive('second')).toBe(true);
  });

  it.each<[string, Record<string, unknown>]>([
    ['user', { username: 'wolf' }],
    ['host', { host: 'old.example' }],
    ['port', { port: 5440 }],
  ])('leaves out versions with another %s', async (_, change) => {
    const bench = await atSet(strategy());
    bench.database.putUser(bench.address, { name: 'wolf', password: 'Old-Old-1' });
    bench.putValue('older', { password: 'Old-Old-1', ...change }, ['AWSPREVIOUS']);
    bench.putValue('oldest', { password: 'Old-Old-1', ...change });
    setPassword(bench, change['username'] === undefined ? 'Old-Old-1' : 'unknown');
    expect((await bench.refusal('setSecret', 'second')).code).toBe('KEYTURN_NO_PROOF_OF_OWNERSHIP');
    expect(bench.signIns.join()).not.toMatch(/wolf|shepherd/);
  });

  it('ends without proof where no stored version signs in, and never sends the superuser', async () => {
    const bench = await atSet(strategy());
    setPassword(bench, 'nobody-knows');
    const error = await bench.refusal('setSecret', 'second');
    expect(error).toMatchObject({ code: 'KEYTURN_NO_PROOF_OF_OWNERSHIP', retryable: false });
    expect(error.message).toContain('as user "sheep" or its alternate: the database refused');
    expect(error.message).toContain('the password of each. Nothing was changed.');
    expect(bench.signIns.join()).not.toContain('shepherd');
  });

  it('names the missing right where unlabelled versions may not be listed', async () => {
    const bench = await atSet(strategy());
    setPassword(bench, 'nobody-knows');
    const denied = failing(
      'listVersions',
      'KEYTURN_STORE_ACCESS_DENIED',
      'Add secretsmanager:ListSecretVersionIds to the role.',
    );
    const error = await bench.refusal('setSecret', 'second', { engine: bench.engine(denied) });
    expect(error.code).toBe('KEYTURN_NO_PROOF_OF_OWNERSHIP');
    expect(error.message).toContain('secretsmanager:ListSecretVersionIds');
  });

  it('stops at any other failure to list them', async () => {
    const bench = await atSet(strategy());
    setPassword(bench, 'nobody-knows');
    const error = await bench.refusal('setSecret', 'second', {
      engine: bench.engine(failing('listVersions', 'KEYTURN_STORE_THROTTLED')),
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
    const bench = await atSet(strategy());
    bench.database.setTrouble(bench.address, code);
    expect((await bench.refusal('setSecret', 'second')).code).toBe(code);
    expect(bench.signIns).toEqual([`sheep ${code}`]);
  });

  it('asks nothing of the store that the ordinary path does not need', async () => {
    const bench = new RotationBench({ strategy: strategy() });
    const denied = failing('listVersions', 'KEYTURN_STORE_ACCESS_DENIED');
    for (const name of ['second', 'third', 'fourth']) {
      await bench.rotate(name, bench.engine(denied));
    }
    expect(bench.labels.AWSCURRENT).toBe('fourth');
  });

  it('rotates on after an operator’s put of the same password', async () => {
    const bench = new RotationBench({ strategy: strategy() });
    await bench.rotate('second');
    const { password } = bench.value('second') ?? {};
    const value = JSON.stringify({ ...bench.value('second'), password, note: 'new' });
    bench.store.putCurrent({ secretId: SECRET, versionId: token('put'), value });
    await bench.rotate('third');
    expect(bench.labels).toEqual({ AWSCURRENT: 'third', AWSPREVIOUS: 'put' });
    expect(bench.value('third')?.['note']).toBe('new');
  });
});
