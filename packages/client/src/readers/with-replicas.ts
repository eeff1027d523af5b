import { KeyturnError } from '@keyturn/core';
import type { SecretReader } from '../ports/secret-reader.js';

/**
 * Reads from the secret's own region, and from a replica region where that one gives no answer. A reading of a replica
 * is marked, since it may be older than what is known.
 *
 * Give the secret's name, not its ARN, as an ARN belongs to one region.
 * @param primary reads in the secret's own region
 * @param replicas in the order in which they are tried
 * @throws TypeError without a replica
 * @example
 * const inRegion = (region: string) => secretsManagerReader({ clientConfig: { region } });
 * const reader = withReplicas(inRegion('eu-west-1'), [inRegion('eu-central-1')]);
 */
export function withReplicas(
  primary: SecretReader,
  replicas: readonly SecretReader[],
): SecretReader {
  if (replicas.length === 0) throw new TypeError('give at least one replica');
  return {
    async read(request) {
      let failure: unknown;
      for (const reader of [primary, ...replicas]) {
        try {
          const reading = await reader.read(request);
          if (reader === primary || reading === undefined) return reading;
          return { ...reading, mayBeBehind: true };
        } catch (error) {
          // What one region refuses another would refuse too.
          if (!isOutage(error)) throw failure ?? error;
          failure ??= error;
        }
      }
      throw failure;
    },
    ...(primary.nextRotation && { nextRotation: primary.nextRotation.bind(primary) }),
  };
}

function isOutage(error: unknown): boolean {
  return (
    KeyturnError.is(error, 'KEYTURN_STORE_UNAVAILABLE') ||
    KeyturnError.is(error, 'KEYTURN_STORE_THROTTLED')
  );
}
