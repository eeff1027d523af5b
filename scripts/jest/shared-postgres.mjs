// Starts the Postgres server that all tests of one jest run share.
import { tsImport } from 'tsx/esm/api';

let server;

/** jest's globalSetup: workers started after it find the server in their environment. */
export default async function start() {
  const { sharePostgres, startPostgres } = await tsImport(
    '../../packages/testkit/src/postgres/index.ts',
    import.meta.url,
  );
  server = await startPostgres();
  sharePostgres(server);
}

export async function stop() {
  await server?.stop();
}
