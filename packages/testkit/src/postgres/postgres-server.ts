import type { Client } from 'pg';
import { connect, withConnection, type ConnectOptions } from './connect.js';
import {
  createTestDatabase,
  type CreateDatabaseOptions,
  type TestDatabase,
} from './test-database.js';
import { logPosition, readLog } from './server-log.js';
import type { PostgresFacts } from './running-server.js';

/** A running PostgreSQL 15 for tests. */
export interface PostgresServer extends PostgresFacts {
  /** Opens a connection, as the superuser unless told otherwise; the caller ends it. */
  connect(options?: ConnectOptions): Promise<Client>;
  /** Makes a database of its own for a test. */
  createDatabase(options?: CreateDatabaseOptions): Promise<TestDatabase>;
  /** Where the server's log ends now, for {@link PostgresServer.log}. */
  logPosition(): Promise<number>;
  /**
   * What the server has logged, all statements included, up to this call, from `since` (default: the beginning).
   * Other tests' statements are in it too.
   *
   * @throws Error for a server by URL whose log cannot be read over SQL
   */
  log(since?: number): Promise<string>;
}

/** Makes a handle on a server from the facts about it. Nothing is opened until a method is called. */
export function usePostgres(facts: PostgresFacts): PostgresServer {
  return {
    ...facts,
    connect: (options) => connect(facts, options),
    createDatabase: (options) => createTestDatabase(facts, options),
    logPosition: () => withConnection(facts, {}, logPosition),
    log: (since = 0) => withConnection(facts, {}, (client) => readLog(client, since)),
  };
}
