import { fingerprint, recordCalls, type PortCall } from '@keyturn/testkit/faults';
import {
  alternatingUsers,
  DatabaseError,
  ROTATION_STEPS,
  singleUser,
  type RotationStrategy,
} from '../../src/index.js';
import { RotationBench } from '../support/rotation-bench.js';

/** What a careless port could say: all that it was given, in the clear. */
const blurt = (call: PortCall) => `Call of ${call.method} failed: ${fingerprint(call.request)}.`;

const careless = [
  (call: PortCall) => new Error(blurt(call), { cause: new Error(blurt(call)) }),
  (call: PortCall) =>
    new DatabaseError({
      code: 'KEYTURN_DATABASE_STATEMENT_FAILED',
      message: blurt(call),
      remedy: blurt(call),
      cause: Object.assign(new TypeError(blurt(call)), { detail: blurt(call) }),
    }),
];

describe.each<[string, () => RotationStrategy]>([
  ['single user', () => singleUser()],
  ['alternating users', () => alternatingUsers()],
])('no secret that a port was given is shown, with %s', (_, strategy) => {
  it.each(ROTATION_STEPS)('whichever call of %s throws it', async (step) => {
    for (const failure of careless) {
      let call = 0;
      for (;;) {
        const bench = new RotationBench({ strategy: strategy() });
        await bench.rotate('before');
        bench.begin('second');
        const earlier = ROTATION_STEPS[ROTATION_STEPS.indexOf(step) - 1];
        if (earlier !== undefined) await bench.runUpTo(earlier, 'second');
        const calls = recordCalls();
        call += 1;
        const throws = {
          before(made: PortCall) {
            if (calls.calls.length === call) throw failure(made);
          },
        };
        // The bench searches the error and all events for every password and stored text.
        await bench.attempt(step, 'second', { engine: bench.engine(calls, throws) });
        if (calls.calls.length < call) break;
      }
      expect(call).toBeGreaterThan(2);
    }
  });
});
