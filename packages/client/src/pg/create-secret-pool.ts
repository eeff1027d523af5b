import { Client, Pool, type PoolClient, type PoolConfig } from 'pg';
import type { CredentialSource } from '../source/credential-source.js';
import { checkClientConfig } from './client-config.js';
import { credentialClient } from './credential-client.js';
import type { CredentialClientClass, PgModule } from './pg-module.js';

/** What `pg.Pool` takes, less what the source gives. */
export interface SecretPoolOptions extends Omit<
  PoolConfig,
  'user' | 'password' | 'connectionString' | 'Client'
> {
  readonly source: CredentialSource;
  /** The application's own `pg`; give it where several copies may be installed. Default: the one that is found here. */
  readonly pg?: PgModule | undefined;
  /**
   * The longest pause between a change of the user and the end of its predecessor's idle connections, in
   * milliseconds; the actual one is random, so that a fleet does not sign in all at once. Default 1,000.
   */
  readonly drainWithinMs?: number | undefined;
}

type Release = (error?: Error | boolean) => void;
type Connected = (error: Error | undefined, client: PoolClient | undefined, done: Release) => void;

/**
 * A `pg.Pool` whose connections take their credential from a source.
 *
 * After alternating users have changed places, connections of the old user are ended once the new one has signed in:
 * idle ones soon, others when they come back. `end()` serves everybody who waits before it ends. Errors of idle
 * connections do not end the process; listen to `error` to hear of them.
 * @throws InvalidInputError `KEYTURN_INVALID_SETTING` for a connection string, with the reason
 * @example
 * const pool = createSecretPool({ source, host: 'db.example.com', database: 'dev', max: 10 });
 * const { rows } = await pool.query('select 1');
 */
export function createSecretPool(options: SecretPoolOptions): Pool {
  const { source, pg = { Client, Pool }, drainWithinMs = 1_000, ...config } = options;
  const { problem } = checkClientConfig(config);
  if (problem !== undefined) throw problem;
  const CredentialClient = credentialClient(source, { pg });
  const SecretPool = secretPoolClass(pg.Pool, source, CredentialClient, drainWithinMs);
  return new SecretPool({ ...config, Client: CredentialClient });
}

function secretPoolClass(
  Base: PgModule['Pool'],
  source: CredentialSource,
  CredentialClient: CredentialClientClass,
  drainWithinMs: number,
): PgModule['Pool'] {
  return class SecretPool extends Base {
    /** The user that has signed in since it was last changed; connections of any other are on their way out. */
    #settledUser: string | undefined;
    #asked = 0;
    #isEnding = false;
    #whenServed: (() => void) | undefined;
    readonly #unsubscribe: () => void;

    constructor(config?: PoolConfig) {
      super(config);
      // Without a listener, the server's end of an idle connection would end the process.
      this.on('error', () => {});
      this.on('connect', (client) => this.#settle(client.user));
      this.#unsubscribe = source.subscribe((event) => {
        if (event.kind === 'changed' && event.userChanged) this.#drainSoon(event.user);
      });
    }

    override connect(): Promise<PoolClient>;
    override connect(callback: Connected): void;
    override connect(callback?: Connected): Promise<PoolClient> | void {
      const asked = this.#checkOut();
      if (callback === undefined) return asked;
      asked.then(
        (client) => process.nextTick(callback, undefined, client, client.release),
        (error: unknown) => process.nextTick(callback, error as Error, undefined, () => {}),
      );
    }

    override end(): Promise<void>;
    override end(callback: () => void): void;
    override end(callback?: (error?: Error) => void): Promise<void> | void {
      const ended = this.#end();
      if (callback === undefined) return ended;
      ended.then(
        () => process.nextTick(callback),
        (error: unknown) => process.nextTick(callback, error as Error),
      );
    }

    async #checkOut(): Promise<PoolClient> {
      if (this.#isEnding) throw new Error('Cannot use a pool after calling end on the pool');
      this.#asked++;
      try {
        for (;;) {
          const client = await super.connect();
          if (!this.#isOld(client)) return this.#watch(client);
          client.release(true);
        }
      } finally {
        this.#asked--;
        if (this.#asked === 0) this.#whenServed?.();
      }
    }

    /** Has the connection ended when it comes back, if its user has been replaced by then. */
    #watch(client: PoolClient): PoolClient {
      const { release } = client;
      client.release = (error) => release(error || this.#isOld(client));
      return client;
    }

    #isOld(client: PoolClient): boolean {
      return this.#settledUser !== undefined && client.user !== this.#settledUser;
    }

    /** A user that has signed in may take over, unless the source has gone on to another meanwhile. */
    #settle(user: string | undefined): void {
      if (user === source.peek()?.user) this.#settledUser = user;
    }

    #drainSoon(user: string): void {
      const timer = setTimeout(
        () => void this.#drain(user).catch(() => {}),
        Math.random() * drainWithinMs,
      );
      timer.unref();
    }

    async #drain(user: string): Promise<void> {
      if (this.#isEnding || this.totalCount === 0) return;
      if (this.#settledUser !== user) {
        // The old connections work; they are not given up before the new user has got in once.
        const probe = new CredentialClient(this.options);
        probe.on('error', () => {});
        await probe.connect();
        this.#settle(probe.user);
        await probe.end();
      }
      // A pool hands out the connection that came back last, so that each is kept until all were looked at.
      const seen: PoolClient[] = [];
      while (!this.#isEnding && this.idleCount > this.waitingCount) {
        seen.push(await super.connect());
      }
      for (const client of seen) client.release(this.#isOld(client));
    }

    async #end(): Promise<void> {
      if (this.#isEnding) throw new Error('Called end on pool more than once');
      this.#isEnding = true;
      this.#unsubscribe();
      // A pool that has ended serves nobody, and those who wait would wait for ever.
      if (this.#asked > 0) await new Promise<void>((resolve) => (this.#whenServed = resolve));
      await super.end();
    }
  };
}
