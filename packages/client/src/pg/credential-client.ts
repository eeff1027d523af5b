import { Client, type ClientConfig } from 'pg';
import type { Credential } from '../domain/credential.js';
import type { CredentialSource, SignInGrant } from '../source/credential-source.js';
import { checkClientConfig, type CheckedConfig } from './client-config.js';
import type { ClientInternals, CredentialClientClass, PgModule } from './pg-module.js';
import {
  fillIn,
  foreignListeners,
  forgetPassword,
  renew,
  type ForeignListeners,
} from './sign-in-state.js';

/** How {@link credentialClient} makes its class. */
export interface CredentialClientOptions {
  /** The application's own `pg`; give it where several copies may be installed. Default: the one that is found here. */
  readonly pg?: Pick<PgModule, 'Client'> | undefined;
}

type Connected = (error: Error | null, client?: Client) => void;

/**
 * A subclass of `pg`'s Client that takes user and password from a source, once per connection and before a socket is
 * opened, and signs in again inside `connect()` after a refusal. It goes wherever a `Client` option is honoured.
 *
 * `connectionTimeoutMillis` bounds everything, waiting for a credential included; without it, the source's own deadline
 * does. TLS is verified unless `ssl` says otherwise. `connect()` rejects with `KEYTURN_INVALID_SETTING` for a
 * connection string.
 * @example
 * const pool = new pg.Pool({ host: 'db.example.com', database: 'dev', Client: credentialClient(source) });
 */
export function credentialClient(
  source: CredentialSource,
  options: CredentialClientOptions = {},
): CredentialClientClass {
  const Base = options.pg?.Client ?? Client;

  return class CredentialClient extends Base {
    readonly #checked: CheckedConfig;
    #attempts = 0;
    #listeners: ForeignListeners = [];
    #isUsed = false;

    constructor(given?: string | ClientConfig) {
      const checked = checkClientConfig(given);
      super(checked.config);
      this.#checked = checked;
    }

    override connect(): Promise<Client>;
    override connect(callback: (error: Error) => void): void;
    override connect(callback: (error: null, client: Client) => void): void;
    override connect(callback?: (error: never, client: never) => void): Promise<Client> | void {
      const connected = this.#connect();
      if (callback === undefined) return connected;
      const call = callback as unknown as Connected;
      // In a turn of its own, so that what the callback throws is not taken for an error of the promise.
      connected.then(
        () => process.nextTick(call, null, this),
        (error: unknown) => process.nextTick(call, error as Error),
      );
    }

    async #connect(): Promise<Client> {
      const { config, problem } = this.#checked;
      if (problem !== undefined) throw problem;
      if (this.#isUsed) {
        throw new Error('Client has already been connected. You cannot reuse a client.');
      }
      this.#isUsed = true;
      const { connectionTimeoutMillis: limit = 0 } = config;
      const attempt = (credential: Credential, grant: SignInGrant) =>
        this.#attempt(credential, grant);
      await source.signIn(attempt, limit > 0 ? { deadlineMs: limit } : {});
      return this;
    }

    async #attempt(credential: Credential, grant: SignInGrant): Promise<void> {
      const client = this as unknown as ClientInternals;
      if (client._ending) throw new Error('Connection terminated');
      const { config } = this.#checked;
      if (this.#attempts === 0) this.#listeners = foreignListeners(client.connection);
      // A pool whose own time is over destroys the stream of a client that still waits.
      if (this.#attempts++ > 0 || client.connection.stream.destroyed === true) {
        const { connection } = new Base(config) as unknown as ClientInternals;
        renew(client, connection, this.#listeners);
      }
      fillIn(client, config, credential);
      const { connection } = client;
      connection.once('authenticationOk', grant.accepted);
      const timer = setTimeout(
        () => connection.stream.destroy(new Error('timeout expired')),
        Math.max(0, grant.deadlineAt - Date.now()),
      );
      try {
        await super.connect();
      } finally {
        clearTimeout(timer);
        forgetPassword(client);
      }
    }
  };
}
