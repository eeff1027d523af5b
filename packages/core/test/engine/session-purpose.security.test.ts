import { alternatingUsers, singleUser, type RotationStep } from '../../src/index.js';
import type { SessionPurpose, SignInRequest } from '../../src/adapter/index.js';
import { RotationFixture } from '../support/rotation-fixture.js';

/** The purposes of all sign-ins of each step, over two rotations. */
async function purposes(fixture: RotationFixture) {
  const seen: Partial<Record<RotationStep, Set<SessionPurpose>>> = {};
  for (const name of ['second', 'third']) {
    fixture.begin(name);
    for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const) {
      const engine = fixture.engine({
        before({ method, request }) {
          if (method !== 'signIn') return;
          const { purpose = 'administration' } = request as SignInRequest;
          (seen[step] ??= new Set()).add(purpose);
        },
      });
      await fixture.run(step, name, { engine });
    }
  }
  return Object.fromEntries(Object.entries(seen).map(([step, all]) => [step, [...all]]));
}

describe('1: only the session that runs the checks has the user’s own search path', () => {
  it.each([
    ['single user', singleUser()],
    ['alternating users', alternatingUsers()],
  ])('with %s', async (_, strategy) => {
    const found = await purposes(new RotationFixture({ strategy }));

    expect(found).toMatchObject({ setSecret: ['administration'], testSecret: ['checks'] });
    expect(found['createSecret'] ?? []).not.toContain('checks');
  });
});
