export type { ConnectOptions } from './connect.js';
export type { PostgresServer } from './postgres-server.js';
export type { Login, PostgresFacts, PostgresSource, ServerAddress } from './running-server.js';
export { sharedPostgres, sharePostgres } from './shared-postgres.js';
export { applyStandIn } from './stand-in.js';
export { startPostgres } from './start-postgres.js';
export type { StartedPostgres, StartPostgresOptions } from './start-postgres.js';
export type { CreateDatabaseOptions, TestDatabase } from './test-database.js';
export { uniqueName } from './unique-name.js';
