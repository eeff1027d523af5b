import {
  alternatingUsers,
  RotationEngine,
  singleUser,
  type RotationStrategy,
} from '../../src/index.js';
import { checkSettings, readRetired, ROTATION_SETTINGS } from '../../src/adapter/index.js';
import { RotationFixture } from '../support/rotation-fixture.js';

const VARIABLE = 'KEYTURN_EARLY_PROMOTION';

function engineFor(fixture: RotationFixture, strategy: RotationStrategy, text: string) {
  return fixture.engineWith({ strategy, retired: readRetired({ [VARIABLE]: text }) });
}

async function created(strategy: RotationStrategy, text: string) {
  const fixture = new RotationFixture({ strategy });
  fixture.begin('second');
  const engine = engineFor(fixture, strategy, text);
  return { fixture, run: fixture.run('createSecret', 'second', { engine }) };
}

describe('a variable of a setting that there is no more', () => {
  it.each(['true', 'YES', '1', 'perhaps'])(
    'stops createSecret before anything is stored, and names the successor: %s',
    async (text) => {
      const { fixture, run } = await created(singleUser(), text);
      await expect(run).rejects.toMatchObject({
        code: 'KEYTURN_INVALID_SETTING',
        field: 'earlyPromotion',
        settings: ['changeIn'],
        retryable: false,
        message: expect.stringMatching(/KEYTURN_EARLY_PROMOTION, is no more\..* changeIn takes/),
      });
      expect(fixture.value('second')).toBeUndefined();
    },
  );

  it.each(['false', 'No', '0'])('is ignored with a warning where it is %s', async (text) => {
    const { fixture, run } = await created(singleUser(), text);
    await run;
    expect(fixture.value('second')).toBeDefined();
    expect(fixture.observer.events).toContainEqual(
      expect.objectContaining({
        name: 'setting.ignored',
        setting: 'earlyPromotion',
        note: expect.stringContaining(VARIABLE),
      }),
    );
  });

  it('is ignored with a warning by a strategy that never read it', async () => {
    const { fixture, run } = await created(alternatingUsers(), 'true');
    await run;
    expect(fixture.news).toContain('setting.ignored');
  });

  it('says nothing where it is empty or not set', () => {
    expect([...readRetired({ [VARIABLE]: '' }), ...readRetired({})]).toEqual([]);
  });

  it('lets a rotation go on that has its value, so that its user is not left behind', async () => {
    const fixture = new RotationFixture({ strategy: singleUser() });
    fixture.begin('second');
    await fixture.run('createSecret', 'second');
    const engine = engineFor(fixture, singleUser(), 'true');
    await fixture.runUpTo('finishSecret', 'second', engine);
    expect(fixture.alive).toEqual(['second']);
  });
});

describe('a key of a setting that there is no more', () => {
  const given = { earlyPromotion: false } as object;
  const refused = {
    code: 'KEYTURN_INVALID_SETTING',
    field: 'earlyPromotion',
    remedy: expect.stringContaining('changeIn takes its place'),
  };

  it('is refused by its name among settings, whatever it holds', () => {
    for (const value of [true, false, undefined, 'true']) {
      expect(checkSettings(ROTATION_SETTINGS, { earlyPromotion: value })).toMatchObject(refused);
    }
  });

  it('is refused by its name as an option, and by an engine', () => {
    const { store, database } = new RotationFixture({ strategy: singleUser() });
    const build = () =>
      new RotationEngine({ store, database, strategy: singleUser(), settings: given });
    for (const make of [() => singleUser(given), build]) {
      expect(make).toThrow(expect.objectContaining(refused));
    }
  });
});
