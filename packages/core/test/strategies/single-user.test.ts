import { alternatingUsers, singleUser, type RotationStrategy } from '../../src/index.js';
import { once, override } from '../support/ports.js';
import { RotationFixture, SECRET } from '../support/rotation-fixture.js';
import { FIELDS } from '../support/values.js';

const OLD = FIELDS.password;

/** A fixture at setSecret of `second`. */
async function atSet(strategy: RotationStrategy = singleUser({ changeIn: 'setSecret' })) {
  const fixture = new RotationFixture({ strategy });
  fixture.begin('second');
  await fixture.run('createSecret', 'second');
  return fixture;
}

const setPassword = (fixture: RotationFixture, password: string, user = 'sheep') =>
  fixture.database.changePassword(fixture.address, user, password);

describe('the single user’s setSecret', () => {
  it('signs in as the current user and changes its own password', async () => {
    const fixture = await atSet();
    const result = await fixture.run('setSecret', 'second');
    expect(result.outcome).toBe('the user changed its own password');
    expect(fixture.signIns).toEqual(['sheep accepted', 'sheep accepted']);
    expect(fixture.alive).toEqual(['second']);
    expect(fixture.news).toEqual(['password.changed']);
  });

  it('is refused where the server signs the user in under another spelling of its name', async () => {
    const fixture = await atSet();
    const renamed = once('before', 'describeUser', () => fixture.dropUser('sheep'));
    const error = await fixture.failure('setSecret', 'second', { engine: fixture.engine(renamed) });
    expect(error).toMatchObject({ code: 'KEYTURN_USER_MISSING', field: 'username' });
    expect(error.message).toContain('"sheep"');
    expect(error.remedy).toMatch(/as the server spells it.*UpdateSecretVersionStage/);
  });

  it('rotates a superuser’s own secret', async () => {
    const fixture = await atSet();
    fixture.database.putUser(fixture.address, { name: 'sheep', password: OLD, superuser: true });
    await fixture.run('setSecret', 'second');
    expect(fixture.alive).toEqual(['second']);
  });

  it('is refused for a user that has expired, before anything changes', async () => {
    const fixture = await atSet();
    const validUntil = fixture.clock.now() + 1;
    fixture.database.putUser(fixture.address, { name: 'sheep', password: OLD, validUntil });
    // The server's clock is behind, so that the user still signs in.
    const clock = override(fixture.clock, { now: () => validUntil });
    const engine = fixture.engineWith({ clock });
    expect(await fixture.refusal('setSecret', 'second', { engine })).toMatchObject({
      code: 'KEYTURN_USER_EXPIRED',
      field: 'username',
      remedy: expect.stringMatching(/VALID UNTIL 'infinity'.*UpdateSecretVersionStage/) as string,
    });
    await fixture.run('setSecret', 'second');
    expect(fixture.alive).toEqual(['second']);
  });

  it('is refused where this server would cut the name', async () => {
    const username = 's'.repeat(64);
    const fixture = new RotationFixture({
      strategy: singleUser({ changeIn: 'setSecret' }),
      fields: { username },
    });
    fixture.database.addServer({ ...fixture.address, databases: ['shop'], maxUserNameBytes: 63 });
    fixture.database.putUser(fixture.address, { name: username, password: OLD });
    fixture.begin('second');
    await fixture.run('createSecret', 'second');
    expect((await fixture.refusal('setSecret', 'second')).code).toBe('KEYTURN_USER_NAME_TOO_LONG');
  });

  it.each([
    ['too short', 'Short1'],
    ['of one kind', 'aaaaaaaaaa'],
    ['with a character that the database forbids', 'Quote"Quote1'],
  ])('refuses a stored password that is %s, before anything changes', async (_, password) => {
    const fixture = new RotationFixture({ strategy: singleUser({ changeIn: 'setSecret' }) });
    fixture.putValue('second', { password }, ['AWSPENDING']);
    expect(await fixture.refusal('setSecret', 'second')).toMatchObject({
      code: 'KEYTURN_PENDING_PASSWORD_UNFIT',
      field: 'password',
      remedy: expect.stringContaining('UpdateSecretVersionStage') as string,
    });
  });

  it('accepts such a password if it signs in already, and one that only today’s settings exclude', async () => {
    const fixture = new RotationFixture({ strategy: singleUser({ changeIn: 'setSecret' }) });
    fixture.putValue('second', { password: 'Short1' }, ['AWSPENDING']);
    setPassword(fixture, 'Short1');
    await fixture.runUpTo('finishSecret', 'second');
    expect(fixture.labels.AWSCURRENT).toBe('second');

    const settings = { passwordLength: 64, excludePunctuation: true };
    const other = new RotationFixture({
      strategy: singleUser({ changeIn: 'setSecret' }),
      settings,
    });
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
    for (const strategy of [singleUser({ changeIn: 'setSecret' }), alternatingUsers()]) {
      const fixture = new RotationFixture({ strategy, fields: { username } });
      await fixture.rotate('second');
      await fixture.rotate('third');
      expect(fixture.labels).toEqual({ AWSCURRENT: 'third', AWSPREVIOUS: 'second' });
      expect(fixture.isAlive('third')).toBe(true);
      expect(fixture.value('third')?.['username']).toBe(username);
      expect(fixture.signIns.filter((line) => line.endsWith('refused'))).toEqual([]);
    }
  });
});

describe('a repeat of the single user’s setSecret', () => {
  it('finds the pending password set', async () => {
    const fixture = await atSet();
    await fixture.run('setSecret', 'second');
    fixture.forgetSignIns();
    const result = await fixture.run('setSecret', 'second');
    expect(result.outcome).toBe('the pending password was set already');
    expect(fixture.signIns).toEqual(['sheep refused', 'sheep accepted']);
  });

  it('heals with a fresh token after AWSPENDING was cleared', async () => {
    const fixture = await atSet();
    await fixture.run('setSecret', 'second');
    fixture.store.removeLabel(SECRET, 'AWSPENDING');
    await fixture.rotate('third');
    expect(fixture.labels).toEqual({ AWSCURRENT: 'third', AWSPREVIOUS: 'first' });
    expect(fixture.alive).toEqual(['third']);
    expect(fixture.news).toContain('rotation.healed');
  });
});
