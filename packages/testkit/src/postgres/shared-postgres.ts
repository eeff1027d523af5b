import { usePostgres, type PostgresServer } from './postgres-server.js';
import type { PostgresFacts } from './running-server.js';

const VARIABLE = 'KEYTURN_SHARED_POSTGRES';

/** Lets this process and those it starts from now on find the server by {@link sharedPostgres}. */
export function sharePostgres(server: PostgresFacts): void {
  // Methods do not survive this, which is what makes facts of it.
  process.env[VARIABLE] = JSON.stringify(server);
}

/**
 * The one server of this test run.
 *
 * @throws Error outside a run that started one
 */
export function sharedPostgres(): PostgresServer {
  const facts = process.env[VARIABLE];
  if (!facts) {
    throw new Error(
      'no Postgres is shared here: run the tests with the jest.config.mjs at the root',
    );
  }
  return usePostgres(JSON.parse(facts) as PostgresFacts);
}
