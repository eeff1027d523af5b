import { alternatingUsers, type OwnedObject, type PermissionKind } from '../../../src/index.js';
import { RotationFixture, type FixtureOptions } from '../../support/rotation-fixture.js';

const OWNED: readonly OwnedObject[] = [{ type: 'relation', container: 'meadow', name: 'grass' }];

/** A first rotation at setSecret, where the clone does not exist yet. */
async function atSet(settings: FixtureOptions['settings'] = {}) {
  const fixture = new RotationFixture({ strategy: alternatingUsers(), settings });
  fixture.begin('second');
  await fixture.run('createSecret', 'second');
  return fixture;
}

describe('7: a first rotation that is refused leaves no clone behind', () => {
  it.each(['row-policy', 'masking-policy'] as const)(
    'where the %s of the pair cannot be compared, and goes on once it may',
    async (kind: PermissionKind) => {
      const fixture = await atSet();
      fixture.database.surround(fixture.address, { unreadable: [{ kind, reason: 'hidden' }] });
      const { code } = await fixture.refusal('setSecret', 'second');
      expect(code).toBe('KEYTURN_PERMISSIONS_UNCHECKED');
      expect(fixture.alive).toEqual(['first']);

      fixture.database.surround(fixture.address, {});
      await fixture.run('setSecret', 'second');
      expect(fixture.alive).toEqual(['first', 'second']);
    },
  );

  it('where objects of the user would be out of reach of its clone', async () => {
    const fixture = await atSet({ ownedObjects: 'refuse' });
    fixture.database.surround(fixture.address, { owned: { sheep: OWNED } });
    const { code } = await fixture.refusal('setSecret', 'second');
    expect(code).toBe('KEYTURN_OWNED_OBJECTS');

    fixture.database.surround(fixture.address, {});
    await fixture.run('setSecret', 'second');
    expect(fixture.alive).toEqual(['first', 'second']);
  });

  it('where too little time is left to look at every database', async () => {
    const fixture = await atSet();
    const deadline = fixture.clock.now() + 3_000;
    const { code } = await fixture.refusal('setSecret', 'second', { deadline });
    expect(code).toMatch(/OUT_OF_TIME|INCOMPLETE/);
    await fixture.run('setSecret', 'second');
    expect(fixture.alive).toEqual(['first', 'second']);
  });
});
