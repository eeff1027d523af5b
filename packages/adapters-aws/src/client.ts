import {
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';
import { REQUEST_TIMEOUTS } from './request-timeouts.js';

/** The part of the SDK's client that is used. */
export type SecretsManagerLike = Pick<SecretsManagerClient, 'send'>;

/** A ready client, or what one is made from, not both; with neither, the SDK's own defaults. */
export interface ClientOptions {
  /** Make it with `maxAttempts: 1`: requests are tried again here, as far as that is safe. */
  readonly client?: SecretsManagerLike | undefined;
  /** Wins over the timeouts and the single attempt that are set otherwise. */
  readonly clientConfig?: SecretsManagerClientConfig | undefined;
}

/**
 * The client to use. One that is made here keeps its connections and does not retry by itself.
 * @throws TypeError for something that is not a client, instead of going on with another.
 */
export function clientFrom({ client, clientConfig }: ClientOptions): SecretsManagerLike {
  if (client === undefined) {
    return new SecretsManagerClient({
      maxAttempts: 1,
      // Nobody adds middleware to this client, so it is put together once per operation and not per request.
      cacheMiddleware: true,
      requestHandler: REQUEST_TIMEOUTS,
      ...clientConfig,
    });
  }
  if (clientConfig !== undefined) throw new TypeError('give client or clientConfig, not both');
  if (typeof (client as Partial<SecretsManagerLike> | null)?.send === 'function') return client;
  throw new TypeError('client has to be a SecretsManagerClient of the AWS SDK, version 3');
}
