import fc from 'fast-check';
import { crashAt, failAt, type FaultPoint } from '@keyturn/testkit/faults';
import { ROTATION_STEPS, type RotationStep } from '../../src/index.js';
import { SECRET } from '../support/rotation-fixture.js';
import type { RotationWorld } from './rotation-world.js';

/** Something that can happen; the world is the model too, so that preconditions are read off it. */
type Command = fc.AsyncCommand<RotationWorld, RotationWorld>;

function command<T>(
  name: string,
  argument: T,
  act: (world: RotationWorld, argument: T) => Promise<unknown> | void,
  allowed: (world: RotationWorld, argument: T) => boolean = () => true,
): Command {
  return {
    check: (world) => allowed(world as RotationWorld, argument),
    run: async (_, world) => void (await act(world, argument)),
    toString: () => (argument === undefined ? name : `${name}(${JSON.stringify(argument)})`),
  };
}

const step = fc.constantFrom(...ROTATION_STEPS);
const underWay = (world: RotationWorld): boolean => world.underWay !== undefined;
const faultPoint = fc.record({
  step,
  call: fc.integer({ min: 1, max: 16 }),
  when: fc.constantFrom('before' as const, 'after' as const),
});
type FaultAt = FaultPoint & { readonly step: RotationStep };

const start = fc.constant(
  command(
    'Start',
    undefined,
    (world) => void world.begin(),
    (world) => !underWay(world),
  ),
);

const runStep = step.map((which) =>
  command('Run', which, (world, it) => world.deliver(it, world.underWay ?? ''), underWay),
);

/** The steps of a rotation in order, as far as they are wanted. */
const runSteps = step.map((last) =>
  command(
    'RunUpTo',
    last,
    async (world, it) => {
      const name = world.underWay ?? '';
      for (const each of ROTATION_STEPS.slice(0, ROTATION_STEPS.indexOf(it) + 1)) {
        if ((await world.deliver(each, name)) !== undefined) return;
      }
    },
    underWay,
  ),
);

const crash = faultPoint.map((point) =>
  command<FaultAt>(
    'Crash',
    point,
    async (world, { step, ...where }) => {
      await world.deliver(step, world.underWay ?? '', crashAt(where));
      world.restart();
    },
    underWay,
  ),
);

const fail = faultPoint.map((point) =>
  command<FaultAt>(
    'Fail',
    point,
    (world, { step, ...where }) => world.deliver(step, world.underWay ?? '', failAt(where)),
    underWay,
  ),
);

const redeliver = fc
  .record({ step, back: fc.nat({ max: 4 }) })
  .map((which) =>
    command('Redeliver', which, (world, { step, back }) =>
      world.deliver(step, world.tokens.at(-1 - back) ?? 'never-begun'),
    ),
  );

const restart = fc.constant(command('Restart', undefined, (world) => world.restart()));

const clearPending = fc.constant(
  command(
    'ClearPending',
    undefined,
    (world) => {
      world.givenUp += 1;
      world.operate(() => world.fixture.store.removeLabel(SECRET, 'AWSPENDING'));
    },
    (world) => underWay(world) && world.givenUp < 5,
  ),
);

const turnRotation = fc
  .boolean()
  .map((on) =>
    command('TurnRotation', on ? 'on' : 'off', (world) =>
      world.operate(() => world.fixture.store.configure(SECRET, { rotationEnabled: on })),
    ),
  );

const jump = fc
  .integer({ min: -3_600_000, max: 3_600_000 })
  .map((milliseconds) =>
    command('ClockJumps', milliseconds, (world, it) => world.fixture.clock.advance(it)),
  );

const VALUES: readonly Record<string, unknown>[] = [
  { note: 'put' },
  { username: 'sheep_clone' },
  { password: 'Put-by-hand-1' },
  { password: 'Zq7' },
  { username: 'wolf' },
  { host: 'other.example' },
  { dbname: 'other' },
  { engine: 'mysql' },
];
const put = fc
  .record({
    value: fc.constantFrom(...VALUES),
    label: fc.constantFrom('AWSCURRENT', 'AWSPENDING'),
    keepsPassword: fc.boolean(),
  })
  .map((what) =>
    command('SomebodyPuts', what, (world, { value, label, keepsPassword }) => {
      const { fixture } = world;
      const name = `put${world.tokens.length}`;
      world.tokens.push(name);
      const { username, password } = fixture.value(fixture.labels.AWSCURRENT ?? '') ?? {};
      const credential = keepsPassword ? { username, password } : {};
      world.interfere(() => fixture.putValue(name, { ...credential, ...value }, [label]));
    }),
  );

const changePassword = fc
  .record({
    user: fc.constantFrom('sheep', 'sheep_clone'),
    // To that of an old version, or to one that nobody stored.
    to: fc.oneof(fc.nat({ max: 3 }), fc.constant('Unknown-1')),
  })
  .map((what) =>
    command(
      'SomebodyChangesPassword',
      what,
      (world, { user, to }) => {
        const { fixture, tokens } = world;
        const stored = typeof to === 'number' ? fixture.value(tokens.at(-1 - to) ?? '') : undefined;
        const password = stored?.['password'] ?? 'Unknown-1';
        world.interfere(() => fixture.database.changePassword(fixture.address, user, password));
      },
      ({ fixture }, { user }) =>
        Object.hasOwn(fixture.database.server(fixture.address).users, user),
    ),
  );

/** What happens to a rotation by itself: crashes, retries, operators who give up. The usual is named often. */
export const ownCommands = [
  ...Array<typeof start>(3).fill(start),
  ...Array<typeof runSteps>(3).fill(runSteps),
  ...Array<typeof crash>(2).fill(crash),
  ...Array<typeof clearPending>(3).fill(clearPending),
  runStep,
  fail,
  redeliver,
  restart,
  turnRotation,
  jump,
];

/** What others do to the secret and its users. */
export const othersCommands = [put, changePassword];
