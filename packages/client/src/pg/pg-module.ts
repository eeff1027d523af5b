import type { Client, ClientBase, ClientConfig, Pool, PoolConfig } from 'pg';

/** The application's own `pg`, as it is imported: `import pg from 'pg'`. */
export interface PgModule {
  readonly Client: new (config?: string | ClientConfig) => Client;
  readonly Pool: new (config?: PoolConfig) => Pool;
}

/**
 * A class that goes wherever a library takes `pg`'s `Client`. It fits the option `Client` of `pg.Pool` and of whatever
 * makes one.
 */
export interface CredentialClientClass {
  new (config?: string | ClientConfig): Client;
  readonly prototype: ClientBase;
}

/** What `pg`'s Client keeps to itself, and a second sign-in of the same object has to set back. Tested against `pg`. */
export interface ClientInternals {
  connection: ConnectionInternals;
  user: string | undefined;
  password: string | null | undefined;
  host: string;
  port: number;
  database: string | undefined;
  readonly connectionParameters: {
    user: string | undefined;
    password: string | null | undefined;
    host: string;
    port: number;
    database: string | undefined;
  };
  _connecting: boolean;
  _connectionError: boolean;
  _ended: boolean;
  readonly _ending: boolean;
  _queryable: boolean;
}

/** The connection beneath a client. */
export interface ConnectionInternals {
  readonly stream: { readonly destroyed?: boolean; destroy(error?: Error): unknown };
  eventNames(): (string | symbol)[];
  rawListeners(event: string | symbol): unknown[];
  removeAllListeners(): unknown;
  on(event: string | symbol, listener: (...args: never[]) => void): unknown;
  once(event: 'authenticationOk', listener: () => void): unknown;
}
