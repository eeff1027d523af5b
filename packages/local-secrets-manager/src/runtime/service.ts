import type { AuditEventName, Effect, OperationContext, RandomSource } from '../model/operation.js';
import type { Secret } from '../model/secret.js';
import { type OperationName, operations, readOperations } from '../operations/index.js';
import type { ServiceClock } from './clock.js';
import { createRegionStore, type RegionStore } from './region-store.js';
import { replicate, promoteReplica } from './replicate.js';

/** One entry of the audit trail. Holds no secret value. */
export interface AuditEvent {
  readonly event: AuditEventName;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly secretArn: string;
  readonly token?: string;
  /** RotationFailed: why, with every secret value taken out. */
  readonly error?: string;
  /** Which try of the whole process it was, from 1. */
  readonly attempt?: number;
}

export interface ServiceSettings {
  readonly accountId: string;
  readonly clock: ServiceClock;
  readonly random: RandomSource;
  readonly maxVersions: number;
  readonly canInvoke: (functionArn: string) => boolean;
  readonly onAudit: (event: AuditEvent) => void;
  readonly onChange: () => void;
  readonly onStored: (secret: Secret, region: string) => void;
  readonly onRemoved: (secretArn: string) => void;
  readonly startRotation: (region: string, secretArn: string, token: string) => void;
  readonly stopRotation: (secretArn: string) => void;
}

/** The operations over a store that keeps what they decide. */
export interface Service {
  /** How far reads lag behind writes, in milliseconds. */
  readLagMs: number;
  /** How long replicas stay behind, in milliseconds of real time. */
  replicaLagMs: number;
  /** How long a force-deleted name stays taken, in milliseconds. */
  forceDeleteDelayMs: number;
  /** @throws ServiceError what the operation throws or refuses with. */
  call(operation: OperationName, body: unknown, region: string): Record<string, unknown>;
  apply(effects: readonly Effect[], region: string): void;
  audit(event: Omit<AuditEvent, 'at'>): void;
  /** Takes no room in `regions` before a secret is stored in it, as anybody may name any region. */
  region(name: string): RegionStore;
  /** The regions that have secrets, or had some while reads lag. */
  regions(): ReadonlyMap<string, RegionStore>;
  clear(): void;
  /** Epoch milliseconds of the service's clock. */
  now(): number;
}

export function createService(settings: ServiceSettings): Service {
  const { clock } = settings;
  const stores = new Map<string, RegionStore>();

  const region = (name: string): RegionStore =>
    stores.get(name) ?? createRegionStore(() => service.readLagMs);

  const put = (secret: Secret, inRegion: string) => {
    const store = region(inRegion);
    stores.set(inRegion, store);
    store.put(secret, clock.now());
    settings.onStored(secret, inRegion);
  };
  const remove = (name: string, inRegion: string) => {
    const removed = region(inRegion).get(name);
    region(inRegion).remove(name, clock.now());
    for (const [each, store] of stores) if (store.isVoid(clock.now())) stores.delete(each);
    if (removed) settings.onRemoved(removed.arn);
  };

  const service: Service = {
    readLagMs: 0,
    replicaLagMs: 0,
    forceDeleteDelayMs: 0,
    region,
    regions: () => stores,
    clear: () => stores.clear(),
    now: () => clock.now(),

    call(operation, body, inRegion) {
      clock.tick();
      const context: OperationContext = {
        now: clock.now(),
        accountId: settings.accountId,
        region: inRegion,
        random: settings.random,
        canInvoke: settings.canInvoke,
        forceDeleteDelayMs: service.forceDeleteDelayMs,
        maxVersions: settings.maxVersions,
      };
      const store = region(inRegion);
      const lags = service.readLagMs > 0 && readOperations.has(operation);
      const secrets = lags ? store.asOf(context.now - service.readLagMs) : store;
      const outcome = operations[operation](body, secrets, context);
      // A read from the past must not write the past back, so it leaves no trace.
      if (outcome.effects && !lags) service.apply(outcome.effects, inRegion);
      if (outcome.refusal) throw outcome.refusal;
      return outcome.answer;
    },

    apply(effects, inRegion) {
      for (const effect of effects) applyOne(effect, inRegion);
      if (effects.length > 0) settings.onChange();
    },

    audit(event) {
      settings.onAudit({ ...event, at: clock.now() });
    },
  };

  const applyOne = (effect: Effect, inRegion: string): void => {
    switch (effect.kind) {
      case 'store':
        put(effect.secret, inRegion);
        replicate(effect.secret, inRegion, service, put);
        return;
      case 'remove':
        remove(effect.name, effect.region ?? inRegion);
        return;
      case 'promote-replica':
        promoteReplica(effect.name, effect.primaryRegion, inRegion, service, put);
        return;
      case 'audit': {
        const { event, secretArn, token } = effect;
        service.audit({ event, secretArn, ...(token === undefined ? {} : { token }) });
        return;
      }
      case 'start-rotation':
        settings.startRotation(inRegion, effect.secretArn, effect.token);
        return;
      case 'stop-rotation':
        settings.stopRotation(effect.secretArn);
    }
  };

  return service;
}
