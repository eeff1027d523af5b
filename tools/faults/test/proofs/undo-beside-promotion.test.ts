import { singleUser } from '@keyturn/core';
import { countingPasswords } from '@keyturn/testkit/fakes';
import { exploreInterleavings, type CallHook } from '@keyturn/testkit/faults';
import { MemoryWorld, openMemoryWorlds } from '../../src/worlds/memory-world.js';
import { rotate, runSteps, startProcess } from '../../src/worlds/rotate.js';
import { tokenOf } from '../../src/worlds/tokens.js';
import { currentSignsIn, endedWell } from '../../src/worlds/world.js';

const TOKEN = tokenOf('twice');
const strategy = singleUser();

/** The database is out of reach for the proof, so that this delivery takes its change back. */
const failsToProve: CallHook = {
  before({ method, request }) {
    const { purpose } = (request ?? {}) as { readonly purpose?: string };
    if (method === 'signIn' && purpose === 'checks') throw new Error('no route');
  },
};

describe('two deliveries of finishSecret, single user, of which one undoes while the other promotes', () => {
  it('end with AWSCURRENT signing in under every interleaving, and the rotation is completed', async () => {
    const named = { name: 'single user', strategy } as const;
    const start = (await (await openMemoryWorlds(named, 'first'))()).snapshot();
    const wrong: string[] = [];
    let promoted = 0;
    let undone = 0;
    const report = await exploreInterleavings(async () => {
      const world = new MemoryWorld(start);
      const open = (...hooks: CallHook[]) =>
        startProcess(world, { strategy, passwords: countingPasswords(), hooks });
      await world.stage(TOKEN);
      for (const step of ['createSecret', 'setSecret', 'testSecret'] as const) {
        await open().run(step, TOKEN);
      }
      const finish = (...hooks: CallHook[]) => open(...hooks).run('finishSecret', TOKEN);
      return {
        tasks: [(hook: CallHook) => finish(failsToProve, hook), (hook: CallHook) => finish(hook)],
        state: () => world.snapshot(),
        async check({ results, turns }) {
          const [first, second] = results;
          const say = (what: string) => void wrong.push(`[${turns.join('')}] ${what}`);
          if (first?.status === 'fulfilled' && first.value !== 'succeeded') undone += 1;
          const ended = second?.status === 'fulfilled' && second.value === 'succeeded';
          promoted += Number(ended);
          const picture = world.lookNow();
          if (!currentSignsIn(picture)) say('AWSCURRENT is dead');
          if (ended && !endedWell(picture, TOKEN, 'single user')) say('promoted, and not alive');
          if (!ended && (await runSteps(open(), TOKEN)).end !== 'succeeded') say('not completed');
          await world.settle();
          const next = tokenOf('next');
          await world.stage(next);
          if (!(await rotate(world, open(), next)).completed) say('the next rotation failed');
        },
      };
    });
    expect(wrong).toEqual([]);
    expect(report.complete).toBe(true);
    expect(promoted).toBeGreaterThan(10);
    expect(undone).toBeGreaterThan(10);
  });
});
