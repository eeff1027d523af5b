import { exploreSingleFaults, missedBy, RECOVERIES } from '../../src/proofs/single-faults.js';
import { sideBySide } from '../../src/proofs/side-by-side.js';
import { openMemoryWorlds } from '../../src/worlds/memory-world.js';
import { STRATEGIES } from '../../src/worlds/prepare.js';

// `npm run faults` explores all kinds of faults and all lifetimes of processes.
const SCOPES = [
  { kinds: ['lost'], survivors: ['same process'] },
  { kinds: ['crash'], survivors: ['new process'] },
  { kinds: ['refused'], survivors: ['a process per step'] },
] as const;

describe.each(STRATEGIES)('a fault at every port call, $name', (strategy) => {
  it.each(SCOPES)('$kinds, then the $survivors: nobody is locked out', async (scope) => {
    const recoveries = new Set<string>();
    const missed: string[] = [];
    const results = exploreSingleFaults(openMemoryWorlds, { strategies: [strategy], ...scope });
    for await (const result of sideBySide(results, 1)) {
      recoveries.add(result.recovery);
      missed.push(...missedBy(result));
    }
    expect(missed).toEqual([]);
    expect([...recoveries]).toEqual(RECOVERIES);
  });
});
