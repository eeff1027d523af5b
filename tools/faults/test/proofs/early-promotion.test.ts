import { singleUser } from '@keyturn/core';
import { exploreSingleFaults, missedBy, RECOVERIES } from '../../src/proofs/single-faults.js';
import { sideBySide } from '../../src/proofs/side-by-side.js';
import { openMemoryWorlds } from '../../src/worlds/memory-world.js';

const EARLY = {
  name: 'single user, early promotion',
  strategy: singleUser({ earlyPromotion: true }),
} as const;

const SCOPES = [
  { kinds: ['lost'], survivors: ['same process'], hits: 'setSecret moveLabel' },
  { kinds: ['crash'], survivors: ['new process'], hits: 'setSecret moveLabel' },
  { kinds: ['refused'], survivors: ['a process per step'], hits: 'setSecret signIn' },
] as const;

describe('a fault at every port call, single user with early promotion', () => {
  it.each(SCOPES)(
    '$kinds, then the $survivors: nobody is locked out',
    async ({ hits, ...scope }) => {
      const recoveries = new Set<string>();
      const missed: string[] = [];
      const points = new Set<string>();
      const results = exploreSingleFaults(openMemoryWorlds, { strategies: [EARLY], ...scope });
      for await (const result of sideBySide(results, 1)) {
        recoveries.add(result.recovery);
        points.add(result.point);
        missed.push(...missedBy(result));
      }
      expect(missed).toEqual([]);
      expect([...recoveries]).toEqual(RECOVERIES);
      expect([...points]).toContain(hits);
    },
  );
});
