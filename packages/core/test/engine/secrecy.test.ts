import { fingerprint, recordCalls, type PortCall } from '@keyturn/testkit/faults';
import {
  alternatingUsers,
  DatabaseError,
  ROTATION_STEPS,
  singleUser,
  type RotationStrategy,
} from '../../src/index.js';
import { RotationFixture } from '../support/rotation-fixture.js';

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
        const fixture = new RotationFixture({ strategy: strategy() });
        await fixture.rotate('before');
        fixture.begin('second');
        const earlier = ROTATION_STEPS[ROTATION_STEPS.indexOf(step) - 1];
        if (earlier !== undefined) await fixture.runUpTo(earlier, 'second');
        const calls = recordCalls();
        call += 1;
        const throws = {
          before(made: PortCall) {
            if (calls.calls.length === call) throw failure(made);
          },
        };
        // The fixture searches the error and all events for every password and stored text.
        await fixture.attempt(step, 'second', { engine: fixture.engine(calls, throws) });
        if (calls.calls.length < call) break;
      }
      expect(call).toBeGreaterThan(2);
    }
  });
});
