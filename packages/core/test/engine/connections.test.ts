import { ROTATION_STEPS, singleUser, type VerificationCheck } from '../../src/index.js';
import { RotationFixture } from '../support/rotation-fixture.js';

const CHECK: VerificationCheck = {
  name: 'orders',
  verify: async ({ signIn }) => void (await signIn()),
};

/** The sign-ins of every step of a rotation. */
async function signInsOf(checks: readonly VerificationCheck[], fresh: boolean, pauseMs = 0) {
  const fixture = new RotationFixture({ strategy: singleUser(), checks });
  await fixture.rotate('before');
  fixture.begin('second');
  const counts: number[] = [];
  for (const step of ROTATION_STEPS) {
    if (fresh) fixture.restart();
    fixture.forgetSignIns();
    await fixture.run(step, 'second');
    expect(fixture.signIns.filter((each) => !each.endsWith('accepted'))).toEqual([]);
    counts.push(fixture.signIns.length);
    fixture.clock.advance(pauseMs);
  }
  expect(fixture.alive).toEqual(['second']);
  expect(fixture.database.openSessions).toBe(0);
  return counts;
}

describe('a rotation of a single user takes', () => {
  it('three connections in one process without checks of one’s own', async () => {
    expect(await signInsOf([], false)).toEqual([0, 1, 0, 2]);
  });

  it('four with a check', async () => {
    expect(await signInsOf([CHECK], false)).toEqual([0, 1, 1, 2]);
  });

  it.each([[[]], [[CHECK]]])('four in fresh processes', async (checks) => {
    expect(await signInsOf(checks, true)).toEqual([0, 1, 1, 2]);
  });

  it('four where setSecret signed in more than 60 s ago', async () => {
    expect(await signInsOf([], false, 60_000)).toEqual([0, 1, 0, 2]);
    expect(await signInsOf([], false, 60_001)).toEqual([0, 1, 1, 2]);
  });
});

it('a sign-in of setSecret counts for the version that was AWSCURRENT then, and for no other', async () => {
  const fixture = new RotationFixture({ strategy: singleUser() });
  fixture.begin('second');
  await fixture.run('createSecret', 'second');
  await fixture.run('setSecret', 'second');
  fixture.forgetSignIns();
  const { password } = fixture.value('first') ?? {};
  fixture.putValue('other', { password }, ['AWSCURRENT']);
  await fixture.run('testSecret', 'second');
  expect(fixture.signIns).toEqual(['sheep accepted']);
});

it('no sign-in is counted where setSecret had to give AWSCURRENT its password back', async () => {
  const fixture = new RotationFixture({ strategy: singleUser() });
  fixture.begin('second');
  await fixture.run('createSecret', 'second');
  const pending = String(fixture.value('second')?.['password']);
  fixture.database.changePassword(fixture.address, 'sheep', pending);
  await fixture.run('setSecret', 'second');
  fixture.forgetSignIns();
  await fixture.run('testSecret', 'second');
  expect(fixture.signIns).toEqual(['sheep accepted']);
});
