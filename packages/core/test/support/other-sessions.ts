import type { DatabaseAdmin, DatabaseSession } from '../../src/index.js';
import type { RotationBench } from './rotation-bench.js';

/** The bench's database with other sessions. */
export function sessions(
  { database }: RotationBench,
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
