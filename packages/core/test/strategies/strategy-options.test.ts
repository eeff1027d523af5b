import { diagnose, planSecretPermissions, repair, runRotation } from '../../src/index.js';
import {
  alternatingUsers,
  KeyturnError,
  RotationEngine,
  singleUser,
  type RotationSettings,
} from '../../src/index.js';
import { RotationFixture, SECRET, SUPERUSER_SECRET } from '../support/rotation-fixture.js';

const given = (settings: object) => settings as RotationSettings;

function thrown(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return 'nothing was thrown';
}

describe('an option of a strategy', () => {
  it.each([
    ['permissions', () => alternatingUsers(given({ permissions: 'None' }))],
    ['cloneSuffix', () => alternatingUsers({ cloneSuffix: '' })],
    ['maxRevokes', () => alternatingUsers({ maxRevokes: -1 })],
    ['superuserSecret', () => alternatingUsers({ superuserSecret: '' })],
    ['changeIn', () => singleUser(given({ changeIn: 'testSecret' }))],
  ])('that is not fit is refused by its key: %s', (field, make) => {
    expect(thrown(make)).toMatchObject({
      code: 'KEYTURN_INVALID_SETTING',
      field,
      message: expect.stringMatching(`^The option ${field} of \\w+ has to be `),
    });
  });

  it.each([
    ['permission', () => alternatingUsers(given({ permission: 'none' })), 'permissions'],
    ['superuserAddress', () => alternatingUsers(given({ superuserAddress: {} })), 'settings.md'],
    ['maxRevokes', () => singleUser(given({ maxRevokes: 1 })), 'handler, engine or operation'],
    ['waitForReplicas', () => alternatingUsers(given({ waitForReplicas: true })), 'handler'],
  ])('that there is not is refused by name: %s', (field, make, remedy) => {
    expect(thrown(make)).toMatchObject({
      code: 'KEYTURN_INVALID_SETTING',
      field,
      message: expect.stringMatching(`^There is no option "${field}" of \\w+\\.`),
      remedy: expect.stringContaining(remedy),
    });
  });

  it('that is undefined leaves the setting as it is, above all the superuser secret', async () => {
    // Whoever may write the secret chooses its `masterarn`.
    const fields = { masterarn: 'chosen-by-the-secret' };
    const settings = { superuserSecret: SUPERUSER_SECRET };
    const strategy = alternatingUsers({ superuserSecret: undefined, cloneSuffix: undefined });
    const fixture = new RotationFixture({ strategy, fields, settings });
    await fixture.rotate('second');

    expect(fixture.isAlive('second')).toBe(true);
    expect(fixture.value('second')).toMatchObject({ username: 'sheep_clone' });
  });

  it('wins over the setting', async () => {
    const strategy = alternatingUsers({ cloneSuffix: '_b' });
    const fixture = new RotationFixture({ strategy, settings: { cloneSuffix: '_c' } });
    await fixture.rotate('second');

    expect(fixture.value('second')).toMatchObject({ username: 'sheep_b' });
  });
});

describe('settings that are not fit are refused before anything is read, by', () => {
  const strategy = alternatingUsers();
  const { store, database, clock } = new RotationFixture({ strategy });
  const calls = jest.spyOn(store, 'describe');
  const parts = { store, database, clock, strategy, secretId: SECRET };

  it.each<[string, (settings: RotationSettings) => unknown]>([
    ['an engine', (settings) => new RotationEngine({ ...parts, settings })],
    ['runRotation', (settings) => runRotation({ ...parts, settings })],
    ['diagnose', (settings) => diagnose({ ...parts, settings })],
    ['repair', (settings) => repair({ ...parts, settings })],
    ['planSecretPermissions', (settings) => planSecretPermissions({ ...parts, settings })],
  ])('%s', async (_, act) => {
    for (const [field, settings] of [
      ['ownedObjects', { ownedObjects: 'fail' }],
      ['ownedObject', { ownedObject: 'warn' }],
      ['tlsMode', { tlsMode: 'disable' }],
    ] as const) {
      const error: unknown = await (async () => act(given(settings)))().catch((e: unknown) => e);

      expect(error).toBeInstanceOf(KeyturnError);
      expect(error).toMatchObject({ code: 'KEYTURN_INVALID_SETTING', field });
    }
    expect(calls).not.toHaveBeenCalled();
  });
});
