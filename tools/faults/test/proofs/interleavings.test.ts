import { ROTATION_STEPS, singleUser } from '@keyturn/core';
import { exploreDeliveries } from '../../src/proofs/interleavings.js';
import { openMemoryWorlds } from '../../src/worlds/memory-world.js';
import { ROTATIONS, STRATEGIES } from '../../src/worlds/prepare.js';
import type { NamedStrategy } from '../../src/worlds/world.js';

const place = 'two processes';

describe.each(STRATEGIES)('two deliveries of one token at once, $name', (strategy) => {
  describe.each(ROTATIONS)('%s rotation', (rotation) => {
    it.each(ROTATION_STEPS)('%s twice ends as one delivery does', async (step) => {
      const start = (await (await openMemoryWorlds(strategy, rotation))()).snapshot();
      const { wrong, schedules, complete } = await exploreDeliveries({
        strategy,
        start,
        step,
        other: step,
        place,
      });
      expect(wrong).toEqual([]);
      expect(complete).toBe(true);
      expect(schedules).toBeGreaterThan(1);
    });
  });

  it('a late setSecret does not disturb finishSecret', async () => {
    const start = (await (await openMemoryWorlds(strategy, 'later'))()).snapshot();
    const late = { strategy, start, step: 'finishSecret', other: 'setSecret', place } as const;
    expect((await exploreDeliveries(late)).wrong).toEqual([]);
  });
});

it('finds out a strategy whose work cannot be done twice', async () => {
  const once: NamedStrategy = {
    name: 'single user',
    strategy: {
      ...singleUser({ changeIn: 'setSecret' }),
      async apply(context) {
        const users = [context.current.username];
        const { result } = await context.tryStored({ rung: 'pending', users });
        if (result === 'accepted') throw new Error('it was done before');
        return singleUser().apply(context);
      },
    },
  };
  const start = (await (await openMemoryWorlds(once, 'first'))()).snapshot();
  const twice = { strategy: once, start, step: 'setSecret', other: 'setSecret', place } as const;
  expect((await exploreDeliveries(twice)).wrong.length).toBeGreaterThan(0);
});
