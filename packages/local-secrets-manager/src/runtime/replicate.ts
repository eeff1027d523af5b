import { patchSecret, type Secret } from '../model/secret.js';
import type { RegionStore } from './region-store.js';

/** The regions, as far as replication needs them. */
export interface Regions {
  readonly replicaLagMs: number;
  region(name: string): Pick<RegionStore, 'get'>;
}

type Put = (secret: Secret, region: string) => void;

/** Brings the copies of a primary up to date: at once, or after the replica lag, when they become InSync. */
export function replicate(secret: Secret, region: string, regions: Regions, put: Put): void {
  if (!secret.replicas?.length || secret.primaryRegion !== region) return;
  if (regions.replicaLagMs <= 0) return copy(secret, region, regions, put);
  const timer = setTimeout(() => {
    const latest = regions.region(region).get(secret.name);
    if (latest?.arn === secret.arn) copy(latest, region, regions, put);
  }, regions.replicaLagMs);
  timer.unref();
}

function copy(primary: Secret, region: string, regions: Regions, put: Put): void {
  const replicas = (primary.replicas ?? []).map((replica) => {
    const there = regions.region(replica.region).get(primary.name);
    const taken = there !== undefined && there.primaryRegion !== region;
    if (taken) {
      const statusMessage = `Replication failed: Secret name simultaneously in use in region ${replica.region}.`;
      return { ...replica, status: 'Failed' as const, statusMessage };
    }
    const { replicas: _, kmsKeyId: __, pendingRotation: ___, ...shared } = primary;
    const arn = primary.arn.replace(`:${region}:`, `:${replica.region}:`);
    const key = replica.kmsKeyId === undefined ? {} : { kmsKeyId: replica.kmsKeyId };
    put({ ...shared, ...key, arn, primaryRegion: region }, replica.region);
    return { ...replica, status: 'InSync' as const };
  });
  put(patchSecret(primary, { replicas }), region);
}

/** Takes a region off the primary's list, after its copy became a secret of its own. */
export function promoteReplica(
  name: string,
  primaryRegion: string,
  region: string,
  regions: Regions,
  put: Put,
): void {
  const primary = regions.region(primaryRegion).get(name);
  if (!primary) return;
  const replicas = primary.replicas?.filter((replica) => replica.region !== region);
  put(patchSecret(primary, { replicas }), primaryRegion);
}
