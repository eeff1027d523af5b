import {
  exploreSingleFaults,
  missedBy,
  RECOVERIES,
  type WorldSource,
} from '../../src/proofs/single-faults.js';
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
    const sources = exploreSingleFaults(openMemoryWorlds, { strategies: [strategy], ...scope });
    for await (const result of sideBySide(sources, 1)) {
      recoveries.add(result.recovery);
      missed.push(...missedBy(result));
    }
    expect(missed).toEqual([]);
    expect([...recoveries]).toEqual(RECOVERIES);
  });
});

it('finds the lockouts of a rotation that cannot see unlabelled versions', async () => {
  const [single] = STRATEGIES;
  if (single === undefined) throw new TypeError('there is no strategy');
  const scope = {
    strategies: [single],
    rotations: ['first'],
    recoveries: ['AWSPENDING cleared, fresh token'],
    kinds: ['crash'],
    survivors: ['new process'],
  } as const;
  const withoutThem: WorldSource = async (...which) => {
    const open = await openMemoryWorlds(...which);
    return async () => {
      const world = await open();
      world.store.listVersions = () => Promise.resolve([]);
      return world;
    };
  };
  let lockedOut = 0;
  for await (const result of sideBySide(exploreSingleFaults(withoutThem, scope), 1)) {
    lockedOut += Number(result.lockedOut);
  }
  expect(lockedOut).toBeGreaterThan(0);
});

it('hits every point once, and goes on in every way, where the ways are taken in turn', async () => {
  const scope = {
    strategies: STRATEGIES.slice(0, 1),
    rotations: ['first'],
    kinds: ['lost'],
    survivors: ['new process'],
  } as const;
  const seen = async (
    recoveriesInTurn: boolean,
  ): Promise<{ points: string[]; ways: Set<string> }> => {
    const points: string[] = [];
    const ways = new Set<string>();
    const sources = exploreSingleFaults(openMemoryWorlds, { ...scope, recoveriesInTurn });
    for await (const { fault, recovery } of sideBySide(sources, 1)) {
      points.push(`${fault.when} ${fault.call}`);
      ways.add(recovery);
    }
    return { points, ways };
  };

  const all = await seen(false);
  const inTurn = await seen(true);

  expect([...inTurn.points].sort()).toEqual([...new Set(all.points)].sort());
  expect([...inTurn.ways].sort()).toEqual([...RECOVERIES].sort());
});
