import { interleaveTokens } from '../../src/proofs/interleaved-tokens.js';
import { openMemoryWorlds } from '../../src/worlds/memory-world.js';
import { STRATEGIES } from '../../src/worlds/prepare.js';

// `npm run faults` explores later rotations and the other strategies too; theirs take minutes.
const few = STRATEGIES.filter(({ name }) => name === 'single user, changed in setSecret');

describe.each(few)('every interleaving of two tokens, $name', (strategy) => {
  it('ends with AWSCURRENT alive, also where the newer value came while the older rotation gave way', async () => {
    const start = (await (await openMemoryWorlds(strategy, 'first'))()).snapshot();
    const { wrong, current, complete } = await interleaveTokens(strategy, start);
    expect(wrong).toEqual([]);
    expect(complete).toBe(true);
    expect(current.A).toBeGreaterThan(0);
    expect(current.B).toBeGreaterThan(0);
  });
});
