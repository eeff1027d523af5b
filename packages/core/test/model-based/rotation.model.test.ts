import fc from 'fast-check';
import { alternatingUsers, singleUser } from '../../src/index.js';
import { othersCommands, ownCommands } from './commands.js';
import { RotationWorld, type WorldOptions } from './rotation-world.js';

const strategies: [string, WorldOptions][] = [
  ['single user', { strategy: () => singleUser(), currentAlwaysAlive: false }],
  ['alternating users', { strategy: () => alternatingUsers(), currentAlwaysAlive: true }],
];

/** How many runs each property gets: by default as many as fit into a few seconds, and they have held so far. */
const runs = Number(process.env['KEYTURN_MODEL_RUNS'] ?? 0);
const BOUNDS =
  runs > 0
    ? { numRuns: runs }
    : { numRuns: 300, interruptAfterTimeLimit: 2_000, markInterruptAsFailure: false };
const TIMEOUT_MS = 20_000 + runs * 100;

describe.each(strategies)('with %s', (_, options) => {
  it(
    'nobody is locked out and every rotation converges, whatever crashes',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.commands(ownCommands, { maxCommands: 30, size: '+1' }),
          async (commands) => {
            const world = new RotationWorld(options);
            await fc.asyncModelRun(() => ({ model: world, real: world }), commands);
            await world.converge();
          },
        ),
        BOUNDS,
      );
    },
    TIMEOUT_MS,
  );

  it(
    'the next rotation heals what others did, or is refused with the state named',
    async () => {
      const commands = fc.commands([...ownCommands, ...othersCommands], {
        maxCommands: 30,
        size: '+1',
      });
      await fc.assert(
        fc.asyncProperty(commands, async (commands) => {
          const world = new RotationWorld(options);
          await fc.asyncModelRun(() => ({ model: world, real: world }), commands);
          await world.converge();
        }),
        BOUNDS,
      );
    },
    TIMEOUT_MS,
  );
});
