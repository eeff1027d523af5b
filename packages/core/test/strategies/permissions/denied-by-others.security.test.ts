import { alternatingUsers, type Permission } from '../../../src/index.js';
import { RotationFixture, type FixtureOptions } from '../../support/rotation-fixture.js';

/** So many permissions that somebody else has given to the clone. */
const permissions = (count: number): readonly Permission[] =>
  Array.from({ length: count }, (_, n) => ({
    kind: 'relation',
    schema: 'wolf',
    relation: `trap_${n}`,
    privilege: 'SELECT',
    grantable: false,
  }));

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
});
