import { alternatingUsers, singleUser, type RotationStrategy } from '../../src/index.js';
import { once, override } from '../support/ports.js';
import { RotationBench, SECRET } from '../support/rotation-bench.js';
import { FIELDS } from '../support/values.js';

const OLD = FIELDS.password;

/** A bench at setSecret of `second`. */
async function atSet(strategy: RotationStrategy = singleUser()) {
  const bench = new RotationBench({ strategy });
  bench.begin('second');
  await bench.run('createSecret', 'second');
  return bench;
}

const setPassword = (bench: RotationBench, password: string, user = 'sheep') =>
  bench.database.changePassword(bench.address, user, password);

describe('the single user’s setSecret', () => {
  it('signs in as the current user and changes its own password', async () => {
    const bench = await atSet();
    const result = await bench.run('setSecret', 'second');
    expect(result.outcome).toBe('the user changed its own password');
    expect(bench.signIns).toEqual(['sheep accepted', 'sheep accepted']);
    expect(bench.alive).toEqual(['second']);
    expect(bench.news).toEqual(['password.changed']);
  });

  it('is refused where the server signs the user in under another spelling of its name', async () => {
    const bench = await atSet();
    const renamed = once('before', 'describeUser', () => bench.dropUser('sheep'));
    const error = await bench.failure('setSecret', 'second', { engine: bench.engine(renamed) });
    expect(error).toMatchObject({ code: 'KEYTURN_USER_MISSING', field: 'username' });
    expect(error.message).toContain('"sheep"');
    expect(error.remedy).toMatch(/as the server spells it.*UpdateSecretVersionStage/);
  });

  it('rotates a superuser’s own secret', async () => {
    const bench = await atSet();
    bench.database.putUser(bench.address, { name: 'sheep', password: OLD, superuser: true });
    await bench.run('setSecret', 'second');
    expect(bench.alive).toEqual(['second']);
  });

  it('is refused for a user that has expired, before anything changes', async () => {
    const bench = await atSet();
    const validUntil = bench.clock.now() + 1;
    bench.database.putUser(bench.address, { name: 'sheep', password: OLD, validUntil });
    // The server's clock is behind, so that the user still signs in.
    const clock = override(bench.clock, { now: () => validUntil });
    const engine = bench.engineWith({ clock });
    expect(await bench.refusal('setSecret', 'second', { engine })).toMatchObject({
      code: 'KEYTURN_USER_EXPIRED',
      field: 'username',
      remedy: expect.stringMatching(/VALID UNTIL 'infinity'.*UpdateSecretVersionStage/) as string,
    });
    await bench.run('setSecret', 'second');
    expect(bench.alive).toEqual(['second']);
  });

  it('is refused where this server would cut the name', async () => {
    const username = 's'.repeat(64);
    const bench = new RotationBench({ strategy: singleUser(), fields: { username } });
    bench.database.addServer({ ...bench.address, databases: ['shop'], maxUserNameBytes: 63 });
    bench.database.putUser(bench.address, { name: username, password: OLD });
    bench.begin('second');
    await bench.run('createSecret', 'second');
    expect((await bench.refusal('setSecret', 'second')).code).toBe('KEYTURN_USER_NAME_TOO_LONG');
  });

  it.each([
    ['too short', 'Short1'],
    ['of one kind', 'aaaaaaaaaa'],
    ['with a character that the database forbids', 'Quote"Quote1'],
  ])('refuses a stored password that is %s, before anything changes', async (_, password) => {
    const bench = new RotationBench({ strategy: singleUser() });
    bench.putValue('second', { password }, ['AWSPENDING']);
    expect(await bench.refusal('setSecret', 'second')).toMatchObject({
      code: 'KEYTURN_PENDING_PASSWORD_UNFIT',
      field: 'password',
      remedy: expect.stringContaining('UpdateSecretVersionStage') as string,
    });
  });

  it('accepts such a password if it signs in already, and one that only today’s settings exclude', async () => {
    const bench = new RotationBench({ strategy: singleUser() });
    bench.putValue('second', { password: 'Short1' }, ['AWSPENDING']);
    setPassword(bench, 'Short1');
    await bench.runUpTo('finishSecret', 'second');
    expect(bench.labels.AWSCURRENT).toBe('second');

    const settings = { passwordLength: 64, excludePunctuation: true };
    const other = new RotationBench({ strategy: singleUser(), settings });
    other.putValue('second', { password: 'Colon:Colon1' }, ['AWSPENDING']);
    await other.runUpTo('finishSecret', 'second');
    expect(other.isAlive('second')).toBe(true);
  });

  it.each([
    `o'sheep "the" woolly`,
    '100%s%n',
    'Schäfchen 🐑',
    'SHEEP',
    'select',
    'x_clone',
    's'.repeat(121),
    '__proto__',
  ])('rotates %s twice, with either strategy', async (username) => {
    for (const strategy of [singleUser(), alternatingUsers()]) {
      const bench = new RotationBench({ strategy, fields: { username } });
      await bench.rotate('second');
      await bench.rotate('third');
      expect(bench.labels).toEqual({ AWSCURRENT: 'third', AWSPREVIOUS: 'second' });
      expect(bench.isAlive('third')).toBe(true);
      expect(bench.value('third')?.['username']).toBe(username);
      expect(bench.signIns.filter((line) => line.endsWith('refused'))).toEqual([]);
    }
  });
});

describe('a repeat of the single user’s setSecret', () => {
  it('finds the pending password set', async () => {
    const bench = await atSet();
    await bench.run('setSecret', 'second');
    bench.forgetSignIns();
    const result = await bench.run('setSecret', 'second');
    expect(result.outcome).toBe('the pending password was set already');
    expect(bench.signIns).toEqual(['sheep refused', 'sheep accepted']);
  });

  it('heals with a fresh token after AWSPENDING was cleared', async () => {
    const bench = await atSet();
    await bench.run('setSecret', 'second');
    bench.store.removeLabel(SECRET, 'AWSPENDING');
    await bench.rotate('third');
    expect(bench.labels).toEqual({ AWSCURRENT: 'third', AWSPREVIOUS: 'first' });
    expect(bench.alive).toEqual(['third']);
    expect(bench.news).toContain('rotation.healed');
  });
});
