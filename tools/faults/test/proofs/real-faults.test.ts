import { sharedPostgres } from '@keyturn/testkit/postgres';
import { exploreSingleFaults, missedBy } from '../../src/proofs/single-faults.js';
import { sideBySide } from '../../src/proofs/side-by-side.js';
import { startRealFixture, type RealFixture } from '../../src/worlds/real-fixture.js';
import { openRealWorlds } from '../../src/worlds/real-world.js';

// A few of the points that `npm run faults` tries all of.
const FEW = {
  recoveries: ['AWSPENDING cleared, fresh token'],
  survivors: ['new process'],
  rotations: ['first'],
} as const;

describe('faults over a real Postgres and the local Secrets Manager', () => {
  let fixture: RealFixture;

  beforeAll(async () => {
    fixture = await startRealFixture(sharedPostgres());
  });
  afterAll(() => fixture.close());

  it.each([
    { kind: 'lost', stride: 6 },
    { kind: 'cut', stride: 30 },
  ] as const)(
    '$kind, at every $stride-th point: nobody is locked out',
    async (point) => {
      const { kind, stride } = point;
      const sources = exploreSingleFaults(openRealWorlds(fixture), {
        ...FEW,
        kinds: [kind],
        stride,
      });
      const missed: string[] = [];
      let runs = 0;
      for await (const result of sideBySide(sources, 2)) {
        runs += 1;
        missed.push(...missedBy(result));
      }
      expect(missed).toEqual([]);
      expect(runs).toBeGreaterThan(4);
    },
    180_000,
  );
});
