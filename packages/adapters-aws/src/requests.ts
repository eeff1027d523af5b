import { SecretStoreError, systemClock, type Clock } from '@keyturn/core';
import { clientFrom, type ClientOptions, type SecretsManagerLike } from './client.js';
import { mapStoreError } from './error-mapping.js';
import type { OperationPlace } from './operation.js';
import { DEFAULT_RETRY_LIMITS, withRetry, type RetryLimits } from './retry.js';

/** How requests are made; all of it may be left out. */
export interface RequestOptions extends ClientOptions {
  /** Paces the retries. Default: the machine's time. */
  readonly clock?: Clock | undefined;
  /** What is left out keeps its default. */
  readonly retry?: Partial<RetryLimits> | undefined;
}

/** Makes a request, tries it again where that is safe, and throws the port's errors. */
export type Send = <T>(
  place: OperationPlace,
  request: (client: SecretsManagerLike) => Promise<T>,
) => Promise<T>;

/** @throws TypeError for something that is not a client. */
export function createSend(options: RequestOptions): Send {
  const client = clientFrom(options);
  const { clock = systemClock } = options;
  const limits = { ...DEFAULT_RETRY_LIMITS, ...options.retry };
  return async (place, request) => {
    try {
      return await withRetry(place.operation, () => request(client), clock, limits);
    } catch (error) {
      throw mapStoreError(error, place);
    }
  };
}

/** A field that every answer of the service has, though its type leaves it optional. */
export function present<T>(value: T | undefined, field: string, place: OperationPlace): T {
  if (value !== undefined) return value;
  throw new SecretStoreError({
    code: 'KEYTURN_STORE_UNAVAILABLE',
    message: `${place.operation} was answered without ${field}.`,
    remedy: 'Check which server the endpoint leads to.',
    retryable: true,
    secretId: place.secretId,
  });
}

/**
 * All pages of a list, one request after the other. An empty token is the end, as stand-ins for the service write it; a
 * token that comes back is one too, since the list would never end.
 */
export async function* pagesOf<Page extends { readonly NextToken?: string | undefined }>(
  read: (NextToken: string | undefined) => Promise<Page>,
): AsyncGenerator<Page, void> {
  const seen = new Set<string>();
  for (let token: string | undefined; ;) {
    const page = await read(token);
    yield page;
    token = page.NextToken;
    if (!token || seen.has(token)) return;
    seen.add(token);
  }
}
