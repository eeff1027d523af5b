import type { DatabaseAdmin } from '../../src/adapter/index.js';
import type { DatabaseSession } from '../../src/index.js';
import type { RotationFixture } from './rotation-fixture.js';

/** The fixture's database with other sessions. */
export function sessions(
  { database }: RotationFixture,
  change: (session: DatabaseSession) => DatabaseSession,
): DatabaseAdmin {
  return {
    profile: database.profile,
    async signIn(request) {
      const outcome = await database.signIn(request);
      return outcome.kind === 'accepted'
        ? { ...outcome, session: change(outcome.session) }
        : outcome;
    },
  };
}
