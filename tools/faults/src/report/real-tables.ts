import { startPostgres } from '@keyturn/testkit/postgres';
import { exploreSingleFaults, type SingleFaultScope } from '../proofs/single-faults.js';
import { startRealFixture, type RealFixture } from '../worlds/real-fixture.js';
import { openRealWorlds } from '../worlds/real-world.js';
import { reportSingleFaults } from './single-fault-tables.js';
import type { ProofReport } from './table.js';

/** Two cores are kept busy by this many; most of the time is spent in Postgres. */
const AT_ONCE = 4;

const SCOPE = {
  recoveries: [
    'same token, from createSecret',
    'AWSPENDING cleared, fresh token',
    'fresh token while AWSPENDING stays',
  ],
  survivors: ['new process'],
} as const;

/** How much of it is tried; see {@link SingleFaultScope}. */
export type RealScope = Pick<SingleFaultScope, 'recoveriesInTurn'>;

/** One fault at every port call, over a real Postgres and the local Secrets Manager. */
export function reportRealFaults(scope: RealScope = {}): Promise<ProofReport> {
  return onRealFixture((fixture) =>
    reportSingleFaults(
      'real-faults',
      'One fault at every port call, real Postgres and local Secrets Manager',
      exploreSingleFaults(openRealWorlds(fixture), { ...SCOPE, ...scope, kinds: ['lost'] }),
      AT_ONCE,
    ),
  );
}

/** The connection cut at every exchange with Postgres: connecting, signing in, each statement, COMMIT included. */
export function reportCuts(scope: RealScope = {}): Promise<ProofReport> {
  return onRealFixture((fixture) =>
    reportSingleFaults(
      'cuts',
      'The database connection cut before or after every exchange, real Postgres',
      exploreSingleFaults(openRealWorlds(fixture), { ...SCOPE, ...scope, kinds: ['cut'] }),
      AT_ONCE,
    ),
  );
}

async function onRealFixture(
  prove: (fixture: RealFixture) => Promise<ProofReport>,
): Promise<ProofReport> {
  const server = await startPostgres();
  try {
    const fixture = await startRealFixture(server);
    try {
      return await prove(fixture);
    } finally {
      await fixture.close();
    }
  } finally {
    await server.stop();
  }
}
