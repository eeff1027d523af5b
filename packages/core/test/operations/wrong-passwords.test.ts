import {
  alternatingUsers,
  planSecretPermissions,
  runRotation,
  singleUser,
} from '../../src/index.js';
import { diagnose } from '../../src/operations/diagnose.js';
import { repair } from '../../src/operations/repair.js';
import { RotationFixture, SECRET, token } from '../support/rotation-fixture.js';

/** A secret in memory on a cluster that locks a user after five wrong passwords in a row. */
function setUp(strategy = singleUser()) {
  const fixture = new RotationFixture({ strategy });
  fixture.store.configure(SECRET, { rotationEnabled: true });
  fixture.database.setLockRule(fixture.address, { limit: 5 });
  const { store, database, clock } = fixture;
  const parts = { store, database, clock, strategy, secretId: SECRET };
  const refusals = () => fixture.signIns.filter((line) => line.endsWith(' refused'));
  const inRow = (user: string) =>
    fixture.database.server(fixture.address).users[user]?.lock?.failed ?? 0;
  return { fixture, parts, refusals, inRow };
}

/** With old versions of each kind: AWSPREVIOUS, and one of a rotation that was given up. */
async function withHistory(strategy = singleUser()) {
  const world = setUp(strategy);
  const { fixture } = world;
  for (const name of ['one', 'two', 'three']) await fixture.rotate(name);
  fixture.begin('given-up');
  await fixture.run('createSecret', 'given-up');
  fixture.store.removeLabel(SECRET, 'AWSPENDING');
  fixture.forgetSignIns();
  return world;
}

const OPERATIONS = {
  diagnose: ({ parts }: ReturnType<typeof setUp>) => diagnose(parts),
  repair: ({ parts }: ReturnType<typeof setUp>) => repair(parts),
  runRotation: ({ parts }: ReturnType<typeof setUp>) =>
    runRotation({ ...parts, force: true, versionId: token('in-process') }),
};

describe.each([
  ['single user', () => singleUser()],
  ['alternating users', () => alternatingUsers()],
])('a healthy user of %s', (_, strategy) => {
  it.each(Object.entries(OPERATIONS))(
    'is presented with no wrong password by %s',
    async (_, run) => {
      const world = await withHistory(strategy());
      await run(world);
      expect(world.fixture.signIns.length).toBeGreaterThan(0);
      expect(world.refusals()).toEqual([]);
      expect([world.inRow('sheep'), world.inRow('sheep_clone')]).toEqual([0, 0]);
    },
  );

  it('is presented with none while another version is pending', async () => {
    const world = await withHistory(strategy());
    const { fixture, parts } = world;
    fixture.begin('next');
    await fixture.run('createSecret', 'next');
    expect((await diagnose(parts)).state).toBe('pending-not-set');
    expect(world.refusals()).toEqual([]);
  });
});

describe('a user whose password was changed by hand', () => {
  it.each([
    ['diagnose', 2],
    ['repair', 2],
  ] as const)('is presented with AWSCURRENT and one more by %s', async (operation, most) => {
    const world = await withHistory();
    world.fixture.database.changePassword(world.fixture.address, 'sheep', 'By-Hand-1');
    await OPERATIONS[operation](world);
    expect(world.refusals()).toHaveLength(most);
    expect(world.inRow('sheep')).toBe(most);
  });

  it('is presented with nothing twice by a repair that looks again before it acts', async () => {
    const world = await withHistory();
    const { fixture, parts } = world;
    fixture.database.changePassword(fixture.address, 'sheep', 'By-Hand-1');
    const result = await repair({ ...parts, useSuperuser: true, userName: 'sheep' });
    expect(result.kind).toBe('repaired');
    expect(world.refusals()).toHaveLength(2);
    expect(world.inRow('sheep')).toBe(0);
  });

  it('is told of how many versions were not tried', async () => {
    const { fixture, parts } = await withHistory();
    fixture.database.changePassword(fixture.address, 'sheep', 'By-Hand-1');
    const { state, explanation } = await diagnose(parts);
    expect(state).toBe('locked-out');
    expect(explanation).toContain(
      'The database refuses the AWSCURRENT password of "sheep". 3 other versions were not tried',
    );
  });
});

describe('the alternate of a pair', () => {
  it('is presented with two passwords at most, and said not to have been tried with the rest', async () => {
    const world = await withHistory(alternatingUsers());
    const { fixture, parts } = world;
    const user = fixture.value('two')?.['username'] ?? '';
    for (const n of [1, 2, 3])
      fixture.putValue(`u${n}`, { username: user, password: `Other-${n}-x` });
    fixture.database.changePassword(fixture.address, user, 'By-Hand-1');
    const { state, explanation } = await diagnose(parts);
    expect(state).toBe('alternate-unrelated');
    expect(explanation).toMatch(/\d+ other versions were not tried/);
    expect(world.refusals()).toEqual([`${user} refused`, `${user} refused`]);
  });

  it('that is locked is said to be, and what the limit of the cluster is', async () => {
    const world = await withHistory(alternatingUsers());
    const { fixture, parts } = world;
    const healthy = await diagnose(parts);
    expect(healthy.state).toBe('healthy');
    expect(healthy.explanation).toContain('after 5 wrong passwords in a row');
    fixture.database.lock(fixture.address, fixture.value('two')?.['username'] ?? '');
    expect((await diagnose(parts)).state).toBe('alternate-locked');
  });

  it('is not tried at all for a plan of permissions while AWSCURRENT signs in', async () => {
    const world = await withHistory(alternatingUsers());
    await planSecretPermissions(world.parts);
    expect(new Set(world.fixture.signIns)).toEqual(
      new Set([`${world.fixture.value('three')?.['username']} accepted`, 'shepherd accepted']),
    );
  });
});
