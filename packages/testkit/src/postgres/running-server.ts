/** Where the server came from, and why from there. */
export interface PostgresSource {
  readonly kind: 'url' | 'container' | 'embedded';
  /** For people: why this source and not one before it. */
  readonly reason: string;
}

/** A name and password that sign in. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/** All that is needed to reach a server as its superuser. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  /** A database to connect to where none has been made yet. */
  readonly database: string;
  readonly superuser: Login;
  /** False only for a server by URL that has none. */
  readonly tls: boolean;
  /** PEM of the authority to trust; absent: Node's own. */
  readonly ca?: string;
}

/** A server as a source hands it over. */
export interface RunningServer {
  readonly address: ServerAddress;
  /** Ends the server if this process started it, and removes what it left. Safe to repeat. */
  stop(): Promise<void>;
}

/** All that another process needs to use a server that this one started; plain data. */
export interface PostgresFacts extends ServerAddress {
  readonly source: PostgresSource;
  /** For instance `15.18`. */
  readonly version: string;
  /** The database that new ones are copied from; it has the stand-in views. */
  readonly template: string;
}
