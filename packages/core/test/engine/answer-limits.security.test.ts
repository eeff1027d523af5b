import { alternatingUsers, diagnose, singleUser } from '../../src/index.js';
import type { SignInRequest } from '../../src/adapter/index.js';
import { withCallPoints } from '@keyturn/testkit/faults';
import { RotationFixture, SECRET } from '../support/rotation-fixture.js';

const LIMITS = { maxMessageBytes: 65_536, maxResultBytes: 131_072 };

/** The limits that sign-ins ask for, each once. */
function recorder() {
  const seen = new Set<string>();
  return {
    seen,
    before({ method, request }: { method: string; request: unknown }) {
      if (method !== 'signIn') return;
      const { maxMessageBytes, maxResultBytes } = request as SignInRequest;
      seen.add(JSON.stringify({ maxMessageBytes, maxResultBytes }));
    },
  };
}

describe('5: every connection is opened with the limits of the settings', () => {
  it.each([
    ['single user', singleUser()],
    ['alternating users', alternatingUsers()],
  ])('in a rotation with %s, and in doctor', async (_, strategy) => {
    const fixture = new RotationFixture({ strategy, settings: LIMITS });
    const hook = recorder();
    fixture.begin('second');
    for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const) {
      await fixture.run(step, 'second', { engine: fixture.engine(hook) });
    }
    const database = withCallPoints(fixture.database, hook);
    await diagnose({
      ...{ store: fixture.store, database, strategy, settings: LIMITS, secretId: SECRET },
      clock: fixture.clock,
    });

    expect([...hook.seen]).toEqual([JSON.stringify(LIMITS)]);
  });
});
