import type { CallHook } from '@keyturn/testkit/faults';
import fc from 'fast-check';
import { alternatingUsers, singleUser, type RotationStrategy } from '../../src/index.js';
import { RotationFixture, SECRET } from '../support/rotation-fixture.js';

/** Where a rotation is given up: after a step, or by a process that dies right after it has set the password. */
const ENDS = ['createSecret', 'setSecret', 'testSecret', 'died'] as const;
type End = (typeof ENDS)[number];

const STRATEGIES: readonly [string, () => RotationStrategy][] = [
  ['single user', () => singleUser({ changeIn: 'setSecret' })],
  ['single user, which changes in finishSecret', () => singleUser({ changeIn: 'finishSecret' })],
  ['alternating users', () => alternatingUsers()],
];

function diesAfterChange(): CallHook {
  let dead = false;
  const die = (): never => {
    throw new Error('the process died');
  };
  return {
    before: () => (dead ? die() : undefined),
    after({ method }) {
      if (method !== 'setPassword') return;
      dead = true;
      die();
    },
  };
}

async function giveUp(fixture: RotationFixture, name: string, end: End): Promise<void> {
  fixture.begin(name);
  if (end === 'died') {
    const engine = fixture.engine(diesAfterChange());
    await fixture.runUpTo('finishSecret', name, engine).catch(() => undefined);
  } else {
    await fixture.runUpTo(end, name);
  }
  fixture.store.removeLabel(SECRET, 'AWSPENDING');
  fixture.restart();
}

/** The most wrong passwords of one user in a row. */
function mostInRow(signIns: readonly string[]): number {
  const rows = new Map<string, number>();
  let most = 0;
  for (const line of signIns) {
    const [user = '', outcome] = line.split(' ');
    rows.set(user, outcome === 'refused' ? (rows.get(user) ?? 0) + 1 : 0);
    most = Math.max(most, rows.get(user) ?? 0);
  }
  return most;
}

describe.each(STRATEGIES)('rotations of %s that were given up', (_, strategy) => {
  it('0 to 20 of them before they changed anything and a last one anywhere, leave the version that signs in within three tries', async () => {
    const last = fc.constantFrom(...ENDS);
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 20 }),
        last,
        fc.nat({ max: 2 }),
        async (early, end, before) => {
          const given = [...Array<End>(early).fill('createSecret'), end];
          const fixture = new RotationFixture({ strategy: strategy() });
          fixture.database.setLockRule(fixture.address, { limit: 5 });
          for (let n = 0; n < before; n++) await fixture.rotate(`before-${n}`);
          for (const [n, end] of given.entries()) await giveUp(fixture, `given-up-${n}`, end);
          await fixture.rotate('last');
          expect(fixture.labels.AWSCURRENT).toBe('last');
          expect(fixture.isAlive('last')).toBe(true);
          expect(mostInRow(fixture.signIns)).toBeLessThanOrEqual(2);
        },
      ),
      { numRuns: 60, interruptAfterTimeLimit: 2_000, markInterruptAsFailure: false },
    );
  });
});
