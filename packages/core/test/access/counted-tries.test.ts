import type { CallHook } from '@keyturn/testkit/faults';
import {
  alternatingUsers,
  SecretStoreError,
  singleUser,
  type RotationSettings,
  type RotationStrategy,
} from '../../src/index.js';
import type { DatabaseAdmin } from '../../src/adapter/index.js';
import { override } from '../support/ports.js';
import { RotationFixture, SECRET } from '../support/rotation-fixture.js';

const HOUR_MS = 3_600_000;
const NO_PROOF = 'KEYTURN_NO_PROOF_OF_OWNERSHIP';

/** At setSecret of `new`, with an AWSPREVIOUS, on a cluster that locks users, and nobody knows the user's password. */
async function changedByHand(
  strategy: RotationStrategy = singleUser(),
  settings: RotationSettings = {},
) {
  const fixture = new RotationFixture({ strategy, settings });
  fixture.database.setLockRule(fixture.address, { limit: 5 });
  for (const name of ['one', 'two']) {
    await fixture.rotate(name);
    fixture.clock.advance(HOUR_MS);
  }
  fixture.begin('new');
  await fixture.run('createSecret', 'new');
  fixture.database.changePassword(fixture.address, 'sheep', 'Nobody-Knows-1');
  fixture.forgetSignIns();
  return fixture;
}

const failed = (fixture: RotationFixture, user = 'sheep') =>
  fixture.database.server(fixture.address).users[user]?.lock;
const ownLabels = (fixture: RotationFixture) =>
  Object.values(fixture.store.labels(SECRET))
    .flat()
    .filter((label) => label.startsWith('KEYTURN_'));
/** An engine whose database refuses the n-th sign-in by mistake. */
function refusing(fixture: RotationFixture, nth: number) {
  let n = 0;
  const { database } = fixture;
  const signIn: DatabaseAdmin['signIn'] = async (request) => {
    n += 1;
    return n === nth ? { kind: 'refused' } : database.signIn(request);
  };
  return fixture.engineWith({ database: override(database, { signIn }) });
}
/** The role may move AWSCURRENT, and no label of keyturn's own. */
const denied = (): CallHook => ({
  before({ method, request }) {
    if (method !== 'moveLabel' || (request as { label: string }).label === 'AWSCURRENT') return;
    throw new SecretStoreError({ code: 'KEYTURN_STORE_ACCESS_DENIED', message: 'Not allowed.' });
  },
});
/** Later deliveries, each in a process of its own, until the service gives up. */
async function redeliver(fixture: RotationFixture, ...hooks: CallHook[]) {
  for (let delivery = 0; delivery < 5; delivery++) {
    const engine = fixture.engine(...hooks);
    expect((await fixture.failure('createSecret', 'new', { engine })).code).toBe(NO_PROOF);
    expect((await fixture.failure('setSecret', 'new', { engine })).code).toBe(NO_PROOF);
  }
}

describe('wrong passwords of one user', () => {
  it('are three at most in all deliveries of a rotation, whatever the process', async () => {
    const fixture = await changedByHand();
    expect((await fixture.failure('setSecret', 'new')).code).toBe(NO_PROOF);
    await redeliver(fixture);
    expect(failed(fixture)).toEqual({ failed: 3 });
    expect(ownLabels(fixture)).toEqual(['KEYTURN_UNPROVEN']);
    expect(fixture.labels.AWSPENDING).toBe('new');
  });

  it.each([
    [2, 1],
    [3, 1],
    [4, 2],
    [5, 3],
    [50, 3],
  ])('stay two below a limit of %i where that leaves one: %i', async (limit, most) => {
    const fixture = await changedByHand(singleUser(), { maxFailedLoginAttempts: limit });
    await fixture.failure('setSecret', 'new');
    await redeliver(fixture);
    expect(failed(fixture)).toEqual({ failed: most });
  });

  it('of the alternate are three at most, too, and the current user is presented with none', async () => {
    const fixture = await changedByHand(alternatingUsers());
    // AWSCURRENT names sheep again after two rotations.
    const { username: current, password } = fixture.value('two') ?? {};
    fixture.database.changePassword(fixture.address, current ?? '', password ?? '');
    const other = fixture.value('one')?.['username'] ?? '';
    fixture.database.changePassword(fixture.address, other, 'Nobody-Knows-1');
    for (let delivery = 0; delivery < 4; delivery++) {
      const error = await fixture.failure('setSecret', 'new', { engine: fixture.engine() });
      expect(error.code).toBe('KEYTURN_UNRELATED_USER');
    }
    expect(failed(fixture, other)).toEqual({ failed: 3 });
    expect(failed(fixture, current)).toEqual({ failed: 0 });
    expect(ownLabels(fixture)).toEqual(['KEYTURN_UNPROVEN_ALTERNATE']);
  });

  it('are none more in the rotation after, until another value is AWSCURRENT', async () => {
    const fixture = await changedByHand();
    await fixture.failure('setSecret', 'new');
    fixture.store.removeLabel(SECRET, 'AWSPENDING');
    fixture.begin('newer');
    await fixture.run('createSecret', 'newer');
    expect((await fixture.failure('setSecret', 'newer')).message).toContain('keyturn repair');
    expect(failed(fixture)).toEqual({ failed: 3 });

    fixture.store.removeLabel(SECRET, 'AWSPENDING');
    fixture.putValue('by-hand', { password: 'Nobody-Knows-1' }, ['AWSCURRENT']);
    await fixture.rotate('newest');
    expect(fixture.isAlive('newest')).toBe(true);
    expect(failed(fixture)).toEqual({ failed: 0 });
    expect(ownLabels(fixture)).toEqual([]);
  });
});

describe('a version that was refused', () => {
  it('is not tried again by the same process for the same token, but for AWSCURRENT', async () => {
    const fixture = await changedByHand();
    const engine = fixture.engine(denied());
    await fixture.failure('setSecret', 'new', { engine });
    fixture.forgetSignIns();
    await fixture.failure('setSecret', 'new', { engine });
    expect(fixture.signIns).toEqual(['sheep refused']);
  });

  it('is left alone by a warm process that AWSCURRENT is healed for by hand, as by a cold one', async () => {
    for (const restart of [false, true]) {
      const fixture = await changedByHand();
      const engine = fixture.engine(denied());
      await fixture.failure('setSecret', 'new', { engine });
      const { password } = fixture.value('two') ?? {};
      fixture.database.changePassword(fixture.address, 'sheep', password ?? '');
      await fixture.runUpTo('finishSecret', 'new', restart ? fixture.engine() : engine);
      expect(fixture.isAlive('new')).toBe(true);
    }
  });

  it.each<[string, () => RotationStrategy, number]>([
    ['AWSCURRENT', () => singleUser(), 1],
    ['AWSCURRENT of a pair', () => alternatingUsers(), 1],
    ['the alternate', () => alternatingUsers(), 3],
  ])('by mistake is tried once more before the delivery ends: %s', async (_, strategy, nth) => {
    const fixture = new RotationFixture({ strategy: strategy() });
    fixture.database.setLockRule(fixture.address, { limit: 5 });
    for (const name of ['one', 'two', 'three', 'four']) await fixture.rotate(name);
    fixture.clock.advance(HOUR_MS);
    fixture.begin('new');
    await fixture.run('createSecret', 'new');
    const engine = refusing(fixture, nth);
    const failed = await fixture.attempt('setSecret', 'new', { engine });
    expect(ownLabels(fixture)).toEqual([]);
    expect(failed).toBeUndefined();
    await fixture.runUpTo('finishSecret', 'new');
    expect(fixture.isAlive('new')).toBe(true);
  });
});

describe('a role that may not put the label', () => {
  it('has AWSCURRENT alone tried in the deliveries after the first, and two passwords in that', async () => {
    const fixture = await changedByHand();
    const engine = fixture.engine(denied());
    const error = await fixture.failure('setSecret', 'new', { engine });
    expect(error.message).toContain('KEYTURN_UNPROVEN');
    expect(failed(fixture)).toEqual({ failed: 2 });
    await fixture.failure('setSecret', 'new', { engine });
    expect(failed(fixture)).toEqual({ failed: 3 });
  });
});

describe('on a server without such a rule', () => {
  it('nothing is counted for the alternate, and older versions are tried, too', async () => {
    const fixture = new RotationFixture({ strategy: alternatingUsers() });
    for (const name of ['one', 'two', 'three', 'four']) await fixture.rotate(name);
    fixture.clock.advance(HOUR_MS);
    fixture.begin('new');
    await fixture.run('createSecret', 'new');
    const { username = '', password = '' } = fixture.value('one') ?? {};
    fixture.database.changePassword(fixture.address, username, password);
    await fixture.runUpTo('finishSecret', 'new');
    expect(fixture.isAlive('new')).toBe(true);
    expect(ownLabels(fixture)).toEqual([]);
  });
});

describe('beside a rotation that may still be at work', () => {
  it('nothing is concluded for later deliveries', async () => {
    const fixture = await changedByHand();
    fixture.database.setLockRule(fixture.address, undefined);
    fixture.putValue('rival', { password: 'Rival-Rival-1' });
    await fixture.failure('setSecret', 'new');
    expect(ownLabels(fixture)).toEqual([]);
    fixture.database.changePassword(fixture.address, 'sheep', 'Rival-Rival-1');
    await fixture.runUpTo('finishSecret', 'new');
    expect(fixture.isAlive('new')).toBe(true);
  });
});
