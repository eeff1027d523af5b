import {
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';

/** The part of the SDK's client that is used. */
export type SecretsManagerLike = Pick<SecretsManagerClient, 'send'>;

/** A ready client, or what one is made from; with neither, the SDK's own defaults. */
export interface ClientOptions {
  readonly client?: SecretsManagerLike;
  readonly clientConfig?: SecretsManagerClientConfig;
}

/** A silent endpoint must not use up the time of a step. Milliseconds. */
const CONNECTION_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * The client to use. One that is made here does not retry by itself: retries are bounded by the clock port.
 * Throws a `TypeError` for something that is not a client, instead of going on with another.
 */
export function clientFrom({ client, clientConfig = {} }: ClientOptions): SecretsManagerLike {
  if (client === undefined) {
    return new SecretsManagerClient({
      maxAttempts: 1,
      requestHandler: {
        connectionTimeout: CONNECTION_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
      },
      ...clientConfig,
    });
  }
  if (typeof client.send === 'function') return client;
  throw new TypeError('client has to be a SecretsManagerClient of the AWS SDK, version 3');
}
