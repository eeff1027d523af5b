import {
  ROTATION_STEPS,
  singleUser,
  type RotationEngine,
  type RotationStep,
} from '../../src/index.js';
import { RotationFixture } from '../support/rotation-fixture.js';

const ORDERS = ['setSecret', 'finishSecret'] as const;
type Order = (typeof ORDERS)[number];

const strategyOf = (changeIn: Order) => singleUser({ changeIn });

/** A rotation that has come to the end of a step under one order. */
async function begun(order: Order, last: RotationStep) {
  const fixture = new RotationFixture({ strategy: strategyOf(order) });
  fixture.begin('second');
  await fixture.runUpTo(last, 'second');
  const processOf = (of: Order) => fixture.engineWith({ strategy: strategyOf(of) });
  return { fixture, processOf };
}

/**
 * Runs steps, each in its process. One that finds the password not set yet fails while AWSCURRENT signs in, and the service
 * repeats the rotation from createSecret, as it does after any failure.
 */
async function deliver(
  fixture: RotationFixture,
  steps: readonly RotationStep[],
  processOf: (index: number) => RotationEngine,
): Promise<void> {
  for (const [index, step] of steps.entries()) {
    const error = await fixture.attempt(step, 'second', { engine: processOf(index) });
    if (error === undefined) continue;
    expect(error).toMatchObject({ code: 'KEYTURN_VERIFICATION_FAILED', retryable: true });
    expect(fixture.alive).toEqual(['first']);
    return fixture.runUpTo('finishSecret', 'second', processOf(0));
  }
}

const UNDER_WAY = ORDERS.flatMap((from) =>
  (['createSecret', 'setSecret', 'testSecret'] as const).map((last) => ({
    from,
    to: from === 'setSecret' ? ('finishSecret' as const) : ('setSecret' as const),
    last,
  })),
);

const after = (step: RotationStep) => ROTATION_STEPS.slice(ROTATION_STEPS.indexOf(step) + 1);

// The table behind "Upgrading a running fleet" in the CHANGELOG.
describe.each(UNDER_WAY)(
  'a rotation that has come through $last with the change in $from',
  ({ from, to, last }) => {
    it(`goes on with the next step where the change is in ${to}`, async () => {
      const { fixture, processOf } = await begun(from, last);
      const engine = processOf(to);
      await deliver(fixture, after(last), () => engine);
      expect(fixture.alive).toEqual(['second']);
      expect(fixture.labels).toMatchObject({ AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
    });

    it(`goes on from createSecret where the change is in ${to}, as a repeat of the service`, async () => {
      const { fixture, processOf } = await begun(from, last);
      await fixture.runUpTo('finishSecret', 'second', processOf(to));
      expect(fixture.alive).toEqual(['second']);
      expect(fixture.labels).toMatchObject({ AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
    });

    it('goes on where both processes are alive and take turns', async () => {
      const { fixture, processOf } = await begun(from, last);
      const processes = [processOf(to), processOf(from)];
      await deliver(fixture, after(last), (index) => processes[index % 2] ?? processOf(to));
      expect(fixture.alive).toEqual(['second']);
      expect(fixture.labels.AWSCURRENT).toBe('second');
    });

    it('goes on where both processes deliver every step that is left at once', async () => {
      const { fixture, processOf } = await begun(from, last);
      const processes = [processOf(to), processOf(from)];
      for (const step of after(last)) {
        const ends = await Promise.allSettled(
          processes.map((engine) => fixture.run(step, 'second', { engine })),
        );
        if (ends.every(({ status }) => status === 'rejected')) {
          await fixture.run(step, 'second', { engine: processOf(to) });
        }
      }
      expect(fixture.labels.AWSCURRENT).toBe('second');
      expect(fixture.alive).toEqual(['second']);
    });

    it('can be given up, and the next rotation goes well under the other order', async () => {
      const { fixture, processOf } = await begun(from, last);
      fixture.store.removeLabel('orders', 'AWSPENDING');
      fixture.begin('third');
      await fixture.runUpTo('finishSecret', 'third', processOf(to));
      expect(fixture.alive).toEqual(['third']);
    });
  },
);

it('a setSecret of the order of AWS’s templates leaves the pending password that an earlier delivery has set', async () => {
  const { fixture, processOf } = await begun('setSecret', 'setSecret');
  const engine = processOf('setSecret');
  const { outcome } = await fixture.run('setSecret', 'second', { engine });
  expect(outcome).toBe('the pending password was set already');
  expect(fixture.alive).toEqual(['second']);
});

it('a setSecret of the default puts AWSCURRENT’s password back first, and proves it', async () => {
  const { fixture, processOf } = await begun('setSecret', 'setSecret');
  fixture.forgetSignIns();
  await fixture.run('setSecret', 'second', { engine: processOf('finishSecret') });
  expect(fixture.alive).toEqual(['first']);
  expect(fixture.signIns).toEqual(['sheep refused', 'sheep accepted', 'sheep accepted']);
  expect(fixture.news).toContain('rotation.healed');
});
