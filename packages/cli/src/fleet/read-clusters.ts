import {
  AWSCURRENT,
  clusterOf,
  KeyturnError,
  type FleetMember,
  type ListedSecret,
} from '@keyturn/core';
import type { SecretStore } from '@keyturn/core/adapter';
import { inParallel } from './in-parallel.js';

/** The members of a fleet with the server each belongs to. */
export interface ClusteredFleet {
  readonly members: readonly FleetMember[];
  /** How many servers there are. */
  readonly clusters: number;
  /** How many values could not be read. */
  readonly unread: number;
}

const READS_AT_ONCE = 16;

/** Stands for every server that is not known; not the name of any. */
const UNREAD = '?';

/**
 * Reads the AWSCURRENT values for their `host` and `port`, so that no two rotations of one server run at once.
 * Secrets whose value cannot be read may all be of one server, so they count as such. Keeps no value.
 */
export async function readClusters(
  store: Pick<SecretStore, 'readValue'>,
  secrets: readonly ListedSecret[],
  defaultPort: number,
  signal: AbortSignal,
): Promise<ClusteredFleet> {
  const clusters = new Map<string, string | undefined>();
  await inParallel(secrets, READS_AT_ONCE, signal, async ({ arn }) => {
    try {
      const value = await store.readValue({ secretId: arn, label: AWSCURRENT });
      clusters.set(arn, value?.kind === 'text' ? clusterOf(value.text, defaultPort) : undefined);
    } catch (error) {
      if (!KeyturnError.is(error)) throw error;
      clusters.set(arn, UNREAD);
    }
  });
  const known = [...clusters.values()];
  return {
    members: secrets.map(({ arn }) => ({ secretId: arn, cluster: clusters.get(arn) })),
    clusters: new Set(known.filter((name) => name !== undefined && name !== UNREAD)).size,
    unread: known.filter((name) => name === UNREAD).length,
  };
}
