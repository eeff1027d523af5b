import { countRoundTrips, withCallPoints } from '@keyturn/testkit/faults';
import { alternatingUsers, ROTATION_STEPS, singleUser } from '../../src/index.js';
import { RotationFixture, SUPERUSER_SECRET } from '../support/rotation-fixture.js';

const FROM_MASTERARN = () => alternatingUsers();
const FROM_SETTING = () => alternatingUsers({ superuserSecret: SUPERUSER_SECRET });

/** The calls to the secret store of the n-th rotation. */
async function measure(strategy: ReturnType<typeof singleUser>, fresh: boolean, rotations: number) {
  const fixture = new RotationFixture({ strategy });
  for (let n = 1; n < rotations; n++) await fixture.rotate(`before-${n}`);
  const counter = countRoundTrips();
  const newEngine = () => fixture.engineWith({ store: withCallPoints(fixture.store, counter) });
  let engine = newEngine();
  fixture.begin('next');
  const steps: Record<string, Readonly<Record<string, number>>> = {};
  let calls = 0;
  let levels = 0;
  for (const step of ROTATION_STEPS) {
    if (fresh) engine = newEngine();
    counter.reset();
    await fixture.run(step, 'next', { engine });
    steps[step] = { ...counter.calls };
    calls += counter.total;
    levels += counter.levels;
  }
  expect(fixture.labels.AWSCURRENT).toBe('next');
  return { steps, calls, levels };
}

describe('a rotation of a single user', () => {
  // The last look at the labels comes after AWSCURRENT has moved, so that the gap is as long without it.
  it.each([1, 2])('takes 9 calls in one process, in 8 levels (rotation %i)', async (rotations) => {
    const { steps, calls, levels } = await measure(singleUser(), false, rotations);
    expect(steps).toEqual({
      createSecret: { describe: 1, readValue: 1, putPending: 1 },
      setSecret: { describe: 1 },
      testSecret: { describe: 1 },
      finishSecret: { describe: 3, moveLabel: 1 },
    });
    expect({ calls, levels }).toEqual({ calls: 9, levels: 8 });
  });

  it('takes 15 calls in a fresh process for each step, in 8 levels', async () => {
    const { calls, levels } = await measure(singleUser(), true, 2);
    expect({ calls, levels }).toEqual({ calls: 15, levels: 8 });
  });
});

describe('a rotation of a single user that is changed in setSecret', () => {
  const early = () => singleUser({ changeIn: 'setSecret' });

  it.each([1, 2])('takes 8 calls in one process, in 7 levels (rotation %i)', async (rotations) => {
    const { steps, calls, levels } = await measure(early(), false, rotations);
    expect(steps).toEqual({
      createSecret: { describe: 1, readValue: 1, putPending: 1 },
      setSecret: { describe: 2 },
      testSecret: { describe: 1 },
      finishSecret: { describe: 1, moveLabel: 1 },
    });
    expect({ calls, levels }).toEqual({ calls: 8, levels: 7 });
  });

  it('takes 14 calls in a fresh process for each step, in 7 levels', async () => {
    const { calls, levels } = await measure(early(), true, 2);
    expect({ calls, levels }).toEqual({ calls: 14, levels: 7 });
  });
});

describe('a rotation of alternating users', () => {
  it.each([
    ['cloning', 'masterarn', FROM_MASTERARN, 1, { calls: 11, levels: 9 }],
    ['later', 'masterarn', FROM_MASTERARN, 2, { calls: 11, levels: 9 }],
    ['cloning', 'the setting', FROM_SETTING, 1, { calls: 11, levels: 7 }],
    ['later', 'the setting', FROM_SETTING, 2, { calls: 11, levels: 7 }],
  ])('%s, with the superuser by %s, takes so many calls in one process', async (...row) => {
    const [, , strategy, rotations, expected] = row;
    const { calls, levels } = await measure(strategy(), false, rotations);
    expect({ calls, levels }).toEqual(expected);
  });

  it.each([
    ['cloning', 'masterarn', FROM_MASTERARN, 1, { calls: 17, levels: 9 }],
    ['later', 'masterarn', FROM_MASTERARN, 2, { calls: 17, levels: 9 }],
    ['later', 'the setting', FROM_SETTING, 2, { calls: 17, levels: 7 }],
  ])('%s, with the superuser by %s, takes so many with fresh processes', async (...row) => {
    const [, , strategy, rotations, expected] = row;
    const { calls, levels } = await measure(strategy(), true, rotations);
    expect({ calls, levels }).toEqual(expected);
  });
});

describe('values kept for the rotation under way', () => {
  it('are those of its own versions: another current version is read anew', async () => {
    const fixture = new RotationFixture({ strategy: singleUser() });
    fixture.begin('next');
    await fixture.run('createSecret', 'next');
    fixture.putValue('operator', { host: 'elsewhere.example' }, ['AWSCURRENT']);
    expect(await fixture.failure('setSecret', 'next')).toMatchObject({
      code: 'KEYTURN_TARGET_MISMATCH',
      field: 'host',
    });
  });

  it('spare no look at the labels: a pending label that is gone ends the rotation', async () => {
    const fixture = new RotationFixture({ strategy: singleUser() });
    fixture.begin('next');
    await fixture.run('createSecret', 'next');
    fixture.store.removeLabel('orders', 'AWSPENDING');
    const { code } = await fixture.failure('setSecret', 'next');
    expect(code).toMatch(/^KEYTURN_TOKEN_/);
    expect(fixture.signIns).toEqual([]);
  });

  it('are dropped after finishSecret', async () => {
    const fixture = new RotationFixture({ strategy: singleUser() });
    const counter = countRoundTrips();
    const engine = fixture.engine(counter);
    await fixture.rotate('next', engine);
    counter.reset();
    await fixture.rotate('after', engine);
    expect(counter.calls['readValue']).toBe(1);
  });
});
