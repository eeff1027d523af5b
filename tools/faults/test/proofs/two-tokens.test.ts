import {
  exploreTwoTokens,
  missedByTokens,
  runTwoTokens,
  type TwoTokenResult,
} from '../../src/proofs/two-tokens.js';
import { openMemoryWorlds, type MemorySnapshot } from '../../src/worlds/memory-world.js';
import { STRATEGIES } from '../../src/worlds/prepare.js';
import type { NamedStrategy } from '../../src/worlds/world.js';

async function startOf(strategy: NamedStrategy): Promise<MemorySnapshot> {
  return (await (await openMemoryWorlds(strategy, 'later'))()).snapshot();
}

describe.each(STRATEGIES)('two tokens, $name', (strategy) => {
  const results: TwoTokenResult[] = [];

  beforeAll(async () => {
    const start = await startOf(strategy);
    for await (const result of exploreTwoTokens(strategy, start, 'one process')) {
      results.push(result);
    }
  });

  /** Those in which A is about to move AWSCURRENT when B begins, and moves it in the end. */
  const latePromotions = (): readonly TwoTokenResult[] => {
    const byA = results.filter(({ current, j }) => current === 'A' && j > 3);
    const lastTurn = Math.max(...byA.map(({ i }) => i));
    return byA.filter(({ i }) => i === lastTurn);
  };

  it('end with AWSCURRENT alive under every schedule, and the next rotation goes well', () => {
    expect(results.flatMap((result) => missedByTokens(result, 'later'))).toEqual([]);
    expect(results.length).toBeGreaterThan(100);
    expect(new Set(results.map(({ current }) => current))).toEqual(new Set(['A', 'B']));
  });

  it('have no schedule beyond the calls there are', async () => {
    const start = await startOf(strategy);
    for (const schedule of [
      { i: 500, j: 0 },
      { i: 0, j: 500 },
    ]) {
      expect(await runTwoTokens(strategy, start, schedule, 'one process')).toBeUndefined();
    }
  });

  if (strategy.name !== 'alternating users') return;

  it('give AWSCURRENT its password back where A promotes before B sets the shared user', () => {
    const revived = latePromotions().filter(
      ({ deadSpans }) => deadSpans[0]?.began === 'B setPassword',
    );
    expect(revived.length).toBeGreaterThan(0);
    for (const { deadSpans } of revived) expect(deadSpans[0]?.ended).toBe('B setPassword');
  });

  it('give AWSCURRENT its password back where A promotes after B has set the shared user', () => {
    const revived = latePromotions().filter(
      ({ deadSpans }) => deadSpans[0]?.began === 'A moveLabel',
    );
    expect(revived.length).toBeGreaterThan(0);
    for (const { deadSpans } of revived) expect(deadSpans[0]?.ended).toBe('B setPassword');
  });
});
