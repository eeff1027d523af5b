import {
  alternatingUsers,
  diagnose,
  planSecretPermissions,
  repair,
  runRotation,
  singleUser,
  type RepairOptions,
} from '../../src/index.js';
import { override } from '../support/ports.js';
import { RotationFixture, SECRET, token } from '../support/rotation-fixture.js';

const THEIRS = 'Known-To-Them-1';

/** A secret of `sheep` on the server of `victim`, whose password nobody in the secret knows. */
function world(strategy = singleUser()) {
  const fixture = new RotationFixture({ strategy });
  const victims = ['victim', 'victim_clone'].map((name) => ({
    name,
    password: `Own-Of-${name}-1`,
  }));
  for (const victim of victims) fixture.database.putUser(fixture.address, victim);
  const { store, database, clock } = fixture;
  const parts = { store, database, clock, strategy, secretId: SECRET };
  return {
    fixture,
    parts,
    repaired: (more: Partial<RepairOptions> = {}) =>
      repair({ ...parts, useSuperuser: true, ...more }),
    /** Stores a value in the name of somebody else, AWSCURRENT unless told otherwise. */
    write: (name: string, change: object = {}, labels: readonly string[] = ['AWSCURRENT']) =>
      fixture.putValue(name, { username: 'victim', password: THEIRS, ...change }, labels),
    /** Nothing has happened to the victims, and no superuser was asked. */
    expectUntouched() {
      for (const { name, password } of victims) {
        expect(fixture.database.accepts(fixture.address, name, password)).toBe(true);
      }
      expect(fixture.signIns.filter((line) => line.startsWith('shepherd'))).toEqual([]);
      expect(fixture.database.openSessions).toBe(0);
    },
  };
}

type World = ReturnType<typeof world>;

/** What somebody may write who may write the secret, each ending with a strange AWSCURRENT. */
const WRITES: readonly (readonly [string, (world: World) => unknown])[] = [
  ['once', ({ write }) => write('bad')],
  ['twice', ({ write }) => [write('bad1'), write('bad2')]],
  [
    'so often that no list of the newest shows the true one',
    ({ write }) => Array.from({ length: 30 }, (_, n) => write(`bad${n}`)),
  ],
  [
    'with the alternate before it',
    ({ write }) => [write('bad1', { username: 'victim_clone' }), write('bad2')],
  ],
  [
    'with the same name on a label of its own',
    ({ write }) => [write('kept', {}, ['kept']), write('bad')],
  ],
  ['with the same name without a label', ({ write }) => [write('old', {}, []), write('bad')]],
  [
    'with the same name in a newer version alone',
    ({ write }) => [write('bad'), write('newer', { password: 'Another-One-1' }, [])],
  ],
  [
    'with the same name in AWSPENDING',
    ({ write }) => [write('bad'), write('next', {}, ['AWSPENDING'])],
  ],
  [
    'with the name in capitals before it',
    ({ write }) => [write('bad1', { username: 'VICTIM' }), write('bad2')],
  ],
  [
    'with the name on another server before it',
    ({ write }) => [write('bad1', { host: 'other.example' }), write('bad2')],
  ],
  [
    'with the name on another port before it',
    ({ write }) => [write('bad1', { port: 5440 }), write('bad2')],
  ],
  [
    'with a value before it that is no credential',
    ({ write }) => [write('bad1', { host: '' }), write('bad2')],
  ],
  ['with another database', ({ write }) => write('bad', { dbname: 'dev' })],
];

describe('2: an operator is not made to hand over somebody else’s user', () => {
  it.each(WRITES)(
    'repair with the superuser is refused where AWSCURRENT was written %s',
    async (_, write) => {
      for (const strategy of [singleUser(), alternatingUsers()]) {
        const here = world(strategy);
        write(here);
        const before = here.fixture.world();
        const result = await here.repaired();
        expect(result).toMatchObject({
          kind: 'refused',
          diagnosis: { state: 'locked-out', action: { user: 'victim', needsName: true } },
          refusal: { code: 'KEYTURN_REPAIR_UNPROVEN' },
        });
        expect(await here.repaired({ dryRun: true })).toMatchObject({ kind: 'refused' });
        expect(here.fixture.world()).toEqual(before);
        here.expectUntouched();
      }
    },
  );

  it('nor where the secret has never held another version', async () => {
    const fixture = new RotationFixture({ strategy: singleUser() });
    fixture.database.changePassword(fixture.address, 'sheep', 'Nobody-Knows-1');
    const { store, database, clock } = fixture;
    const parts = { store, database, clock, strategy: singleUser(), secretId: SECRET };
    const result = await repair({ ...parts, useSuperuser: true });
    expect(result).toMatchObject({ kind: 'refused' });
    expect(result.diagnosis.explanation).toContain('No other version');
    expect(fixture.alive).toEqual([]);
  });

  /** Versions of the writer alone, as they stand when the service has dropped all older ones. */
  function flooded(count: number, at: (each: number) => number) {
    const here = world();
    for (let each = 0; each < count; each++) here.write(`bad${each}`);
    const { store } = here.fixture;
    const theirs = new Set(Array.from({ length: count }, (_, each) => `${token(`bad${each}`)}`));
    const left = override(store, {
      async listVersions(request) {
        const versions = await store.listVersions(request);
        return versions
          .filter(({ versionId }) => theirs.has(versionId))
          .map((version, each) => ({ ...version, createdAt: at(each) }));
      },
    });
    const repaired = (more: Partial<RepairOptions> = {}) => here.repaired({ store: left, ...more });
    return { here, repaired, look: () => diagnose({ ...here.parts, store: left }) };
  }

  it.each([90, 99, 100, 101, 150])(
    'nor where %i versions of the writer have pushed all older ones out',
    async (count) => {
      const { here, repaired, look } = flooded(count, (each) => 1_000_000 - each);
      const askUserName = () => Promise.resolve(undefined);
      expect(await repaired({ askUserName })).toMatchObject({
        kind: 'refused',
        diagnosis: { state: 'locked-out', action: { user: 'victim', needsName: true } },
      });
      expect((await look()).explanation).toContain('as many versions as the service keeps');
      here.expectUntouched();
      expect(await repaired({ userName: 'victim' })).toMatchObject({ kind: 'repaired' });
    },
  );

  it.each([
    ['at the very same time as AWSCURRENT', () => 5],
    ['at no time that is known', () => 0],
    ['later than AWSCURRENT', (each: number) => 5 + each],
  ])('nor where another version of that name was stored %s', async (_, at) => {
    const { here, repaired } = flooded(3, at);
    // The newest comes first, and it is AWSCURRENT.
    expect(await repaired()).toMatchObject({ kind: 'refused' });
    here.expectUntouched();
  });

  it.each([
    ...['', 'Victim', 'victim ', ' victim', 'sheep', 'victim_clone', '"victim"'],
    ...['victim\n', 'victim\u200b', 'v\u0131ctim', '\u{76}\u0456ctim', 'victim\u0000', '*'],
  ])('nor for another name than that of the user: %j', async (userName) => {
    const here = world();
    here.write('bad');
    expect(await here.repaired({ userName })).toMatchObject({ kind: 'refused' });
    const asked = await here.repaired({ askUserName: () => Promise.resolve(userName) });
    expect(asked).toMatchObject({ kind: 'refused' });
    here.expectUntouched();
  });

  it('nor where nobody answers the question for the name', async () => {
    const here = world();
    here.write('bad');
    const nobody = () => Promise.resolve(undefined);
    expect(await here.repaired({ askUserName: nobody })).toMatchObject({ kind: 'refused' });
    here.expectUntouched();
  });

  it.each([
    ['another name', { username: 'victim_clone' }],
    ['another password of the same user', { password: 'Known-Too-1' }],
  ])('nor where AWSCURRENT is rewritten with %s after the question', async (_, change) => {
    const here = world();
    here.write('bad');
    const result = await here.repaired({
      userName: 'victim',
      confirm: async () => {
        here.write('worse', change);
        return true;
      },
    });
    expect(result).toMatchObject({ kind: 'refused', refusal: { code: 'KEYTURN_REPAIR_UNPROVEN' } });
    here.expectUntouched();
  });

  it.each([
    ['doctor', diagnose, singleUser()],
    ['doctor', diagnose, alternatingUsers()],
    ['repair without the superuser', repair, singleUser()],
    ['repair without the superuser', repair, alternatingUsers()],
    ['a rotation in process', runRotation, singleUser()],
    ['a rotation in process', runRotation, alternatingUsers()],
    ['a plan of permissions', planSecretPermissions, alternatingUsers()],
  ] as const)('nor by %s, %#', async (_, operation, strategy) => {
    for (const [, write] of WRITES) {
      const here = world(strategy);
      write(here);
      await operation({ ...here.parts, force: true });
      here.expectUntouched();
    }
  });

  it('doctor says what the other versions name, and never advises it unasked', async () => {
    const here = world();
    here.write('bad');
    const { explanation, action } = await diagnose(here.parts);
    expect(explanation).toContain(`version ${token('first')} names "sheep"`);
    expect(explanation).toContain('somebody else');
    expect(action).toMatchObject({ kind: 'reset-password', needsName: true });
  });

  it('but one whose name the operator types, once asked or beforehand', async () => {
    for (const how of [{ userName: 'victim' }, { askUserName: () => Promise.resolve('victim') }]) {
      const here = world();
      here.write('bad');
      expect(await here.repaired(how)).toMatchObject({ kind: 'repaired' });
      expect(here.fixture.isAlive('bad')).toBe(true);
    }
  });

  it('but one that an older version of the secret names, without a question', async () => {
    for (const strategy of [singleUser(), alternatingUsers()]) {
      const { fixture, repaired } = world(strategy);
      await fixture.rotate('second');
      await fixture.rotate('third');
      for (const name of ['sheep', 'sheep_clone']) {
        fixture.database.putUser(fixture.address, { name, password: 'Nobody-Knows-1' });
      }
      const askUserName = () => Promise.reject(new Error('nobody is to be asked'));
      expect(await repaired({ askUserName })).toMatchObject({ kind: 'repaired' });
      expect(fixture.isAlive('third')).toBe(true);
    }
  });
});
