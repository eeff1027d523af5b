import { countRoundTrips } from '@keyturn/testkit/faults';
import { alternatingUsers, type Permission } from '../../../src/index.js';
import { RotationFixture, type FixtureOptions } from '../../support/rotation-fixture.js';
import { FIELDS } from '../../support/values.js';

/** So many permissions that somebody else has given to the clone. */
const permissions = (count: number): readonly Permission[] =>
  Array.from({ length: count }, (_, n) => ({
    kind: 'relation',
    schema: 'wolf',
    relation: `trap_${n}`,
    privilege: 'SELECT',
    grantable: false,
  }));

const FREE: Permission = {
  kind: 'relation',
  schema: 'wolf',
  relation: 'free',
  privilege: 'SELECT',
  grantable: false,
};
const POLICY: Permission = {
  kind: 'row-policy',
  schema: 'wolf',
  relation: 'free',
  policy: 'own_rows',
  grantable: false,
};

/** Somebody's open transaction holds the tables of so many of {@link permissions}. */
function lock({ database, address }: RotationFixture, count: number): void {
  const locked = Array.from({ length: count }, (_, n) => ({
    schema: 'wolf',
    relation: `trap_${n}`,
  }));
  database.surround(address, { locked });
}

const held = ({ database, address }: RotationFixture, user: string): readonly Permission[] =>
  database.server(address).users[user]?.inDatabase[address.database] ?? [];

/** Two rotations behind, so that the next one is the clone's. */
async function rotated(settings: FixtureOptions['settings'] = {}) {
  const fixture = new RotationFixture({ strategy: alternatingUsers(), settings });
  for (const name of ['second', 'third']) await fixture.rotate(name);
  return fixture;
}

describe('11: nobody else keeps rotations from going on', () => {
  it.each([51, 500])(
    'by %i permissions for the clone under reconcile: they are reported, and none is taken',
    async (count) => {
      const fixture = await rotated({ permissions: 'reconcile' });
      fixture.database.grant(fixture.address, 'sheep_clone', permissions(count));
      await fixture.rotate('fourth');
      expect(fixture.alive).toContain('fourth');
      const { users } = fixture.database.server(fixture.address);
      expect(users['sheep_clone']?.inDatabase[fixture.address.database]).toHaveLength(count);
      expect(fixture.news).toContain('permissions.extra');
    },
  );

  it.each([
    'KEYTURN_DATABASE_UNREACHABLE',
    'KEYTURN_DATABASE_REFUSED',
    'KEYTURN_DATABASE_TIMEOUT',
    'KEYTURN_DATABASE_FULL',
  ] as const)('by the owner of another database, which answers %s', async (trouble) => {
    const fixture = await rotated();
    fixture.database.surround({ ...fixture.address, database: 'dev' }, { trouble });
    await fixture.rotate('fourth');
    expect(fixture.alive).toContain('fourth');
    expect(fixture.news).toContain('permissions.notCompared');
  });

  it.each([1, 3, 10])(
    'by a lock on %i tables on which the other user lacks a right: the rest is granted, and what is missing is told',
    async (count) => {
      const fixture = await rotated();
      lock(fixture, count);
      fixture.database.grant(fixture.address, 'sheep', [...permissions(count), FREE]);
      await fixture.rotate('fourth');

      expect(fixture.alive).toContain('fourth');
      expect(held(fixture, 'sheep_clone')).toEqual([FREE]);
      const [told] = fixture.observer.named('permissions.notGranted');
      expect(told).toMatchObject({ user: 'sheep_clone', database: FIELDS.dbname });
      expect(told?.permissions).toEqual(permissions(count));
      expect(told?.grant).toHaveLength(count);

      lock(fixture, 0);
      await fixture.rotate('fifth');
      await fixture.rotate('sixth');
      expect(held(fixture, 'sheep_clone')).toHaveLength(count + 1);
    },
  );

  it('by a lock on so many tables that trying each would take all the time', async () => {
    const fixture = await rotated();
    lock(fixture, 200);
    fixture.database.grant(fixture.address, 'sheep', permissions(200));
    const counted = countRoundTrips();
    await fixture.rotate('fourth', fixture.engine(counted));
    expect(fixture.alive).toContain('fourth');
    expect(counted.calls['grantPermissions']).toBeLessThan(20);
    const [told] = fixture.observer.named('permissions.notGranted');
    expect((told?.permissions.length ?? 0) + (told?.leftOut ?? 0)).toBe(200);
  });

  it.each(['reconcile', 'add-missing'] as const)(
    'by a lock on a table of which a right is to be taken away under %s',
    async (policy) => {
      const fixture = await rotated({ permissions: policy });
      const [extra, free] = permissions(2) as [Permission, Permission];
      fixture.database.grant(fixture.address, 'sheep_clone', [extra, free]);
      lock(fixture, 1);
      await fixture.rotate('fourth');

      expect(fixture.alive).toContain('fourth');
      expect(held(fixture, 'sheep_clone')).toEqual(
        policy === 'reconcile' ? [extra] : [extra, free],
      );
      const [told] = fixture.observer.named('permissions.extra');
      expect(told).toMatchObject({ reason: policy === 'reconcile' ? 'locked' : 'policy' });
    },
  );

  it.each([
    ['by a lock, into becoming current without its rights: a user that was never current', FREE, 0],
    ['by a lock, into showing hidden rows: a user that was current', POLICY, 2],
  ] as const)('%s', async (_, right, rotations) => {
    const fixture = new RotationFixture({ strategy: alternatingUsers() });
    for (let n = 0; n < rotations; n++) await fixture.rotate(`before-${n}`);
    const before = fixture.labels.AWSCURRENT;
    fixture.database.grant(fixture.address, 'sheep', [right]);
    fixture.database.surround(fixture.address, { locked: [{ schema: 'wolf', relation: 'free' }] });
    fixture.begin('now');
    await fixture.run('createSecret', 'now');
    for (const _delivery of [1, 2]) {
      const error = await fixture.failure('setSecret', 'now');
      expect(error).toMatchObject({ code: 'KEYTURN_PERMISSIONS_INCOMPLETE', retryable: true });
      expect(error.message).toContain('wolf.free');
      expect(error.remedy).toContain('GRANT');
      expect(fixture.labels.AWSCURRENT).toBe(before);
    }
    lock(fixture, 0);
    await fixture.runUpTo('finishSecret', 'now');
    expect(fixture.alive).toContain('now');
    expect(held(fixture, 'sheep_clone')).toEqual([right]);
  });
});
