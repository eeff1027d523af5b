import { diagnose, repair, singleUser } from '../../src/index.js';
import { RotationFixture, SECRET } from '../support/rotation-fixture.js';

/** A secret of which a delivery has found that no stored version signs in. */
async function stopped() {
  const fixture = new RotationFixture({ strategy: singleUser() });
  fixture.database.setLockRule(fixture.address, { limit: 5 });
  fixture.clock.advance(3_600_000);
  fixture.begin('new');
  await fixture.run('createSecret', 'new');
  fixture.database.changePassword(fixture.address, 'sheep', 'Nobody-Knows-1');
  await fixture.failure('setSecret', 'new');
  fixture.restart();
  fixture.forgetSignIns();
  const { store, database, clock } = fixture;
  const parts = { store, database, clock, strategy: singleUser(), secretId: SECRET };
  return { fixture, parts };
}

describe('a secret of which no stored version signs in', () => {
  it('is left alone by further deliveries and by a diagnosis', async () => {
    const { fixture, parts } = await stopped();
    await fixture.failure('setSecret', 'new');
    expect(await diagnose(parts)).toMatchObject({
      state: 'stopped',
      action: { kind: 'lift-stop' },
    });
    expect(fixture.signIns).toEqual([]);
    expect(fixture.labels.AWSPENDING).toBe('new');
  });

  it('is tried again after a repair that has found AWSCURRENT alive', async () => {
    const { fixture, parts } = await stopped();
    fixture.database.changePassword(
      fixture.address,
      'sheep',
      String(fixture.value('first')?.['password']),
    );
    expect(await repair(parts)).toMatchObject({
      kind: 'repaired',
      diagnosis: { state: 'stopped' },
    });
    await fixture.runUpTo('finishSecret', 'new');
    expect(fixture.isAlive('new')).toBe(true);
  });

  it('costs a repair that finds AWSCURRENT dead one wrong password, and stays as it is', async () => {
    const { fixture, parts } = await stopped();
    expect(await repair(parts)).toMatchObject({ diagnosis: { state: 'locked-out' } });
    expect(fixture.signIns).toEqual(['sheep refused']);
    expect((await diagnose(parts)).state).toBe('stopped');
  });

  it('is tried again as soon as another value is AWSCURRENT', async () => {
    const { fixture } = await stopped();
    fixture.store.removeLabel(SECRET, 'AWSPENDING');
    fixture.putValue('by-hand', { password: 'Nobody-Knows-1' }, ['AWSCURRENT']);
    await fixture.rotate('next');
    expect(fixture.isAlive('next')).toBe(true);
  });
});
