import {
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';

/** The part of the SDK's client that is used. */
export type SecretsManagerLike = Pick<SecretsManagerClient, 'send'>;

/** A ready client, or what one is made from, not both; with neither, the SDK's own defaults. */
export interface ClientOptions {
  /** Make it with `maxAttempts: 1`: requests are tried again here, as far as that is safe. */
  readonly client?: SecretsManagerLike | undefined;
  /** Wins over the timeouts and the single attempt that are set otherwise. */
  readonly clientConfig?: SecretsManagerClientConfig | undefined;
}

/** A silent endpoint must not use up the time of a step. Milliseconds. */
const CONNECTION_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * The client to use. One that is made here keeps its connections and does not retry by itself.
 * @throws TypeError for something that is not a client, instead of going on with another.
 */
export function clientFrom({ client, clientConfig }: ClientOptions): SecretsManagerLike {
  if (client === undefined) {
    return new SecretsManagerClient({
      maxAttempts: 1,
      requestHandler: {
        connectionTimeout: CONNECTION_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        throwOnRequestTimeout: true,
      },
      ...clientConfig,
    });
  }
  if (clientConfig !== undefined) throw new TypeError('give client or clientConfig, not both');
  if (typeof (client as Partial<SecretsManagerLike> | null)?.send === 'function') return client;
  throw new TypeError('client has to be a SecretsManagerClient of the AWS SDK, version 3');
}
