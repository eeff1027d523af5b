import { createControlPlane, CONTROL_PREFIX } from './control/control-plane.js';
import { createDispatcher } from './http/dispatcher.js';
import { listen } from './http/server.js';
import type { LocalSecretsManager } from './local-secrets-manager.js';
import { patchSecret } from './model/secret.js';
import { withTags } from './operations/tags.js';
import { checkOptions, type SecretsManagerOptions } from './options.js';
import { createFunctionRegistry } from './rotation/function-registry.js';
import { createRotationDriver } from './rotation/rotation-driver.js';
import { manualClock, machineClock } from './runtime/clock.js';
import { createFaultInjector } from './runtime/faults.js';
import { findEverywhere } from './runtime/find-everywhere.js';
import { createPersistence } from './runtime/persistence.js';
import { seededRandom, systemRandom } from './runtime/random.js';
import { createRecentList } from './runtime/recent-list.js';
import { createRequestLog } from './runtime/request-log.js';
import { createScheduler } from './runtime/scheduler.js';
import { type AuditEvent, createService } from './runtime/service.js';

const DEFAULT_REGION = 'us-east-1';
const KEPT_AUDIT_EVENTS = 10_000;
const SEEDED_START = Date.UTC(2026, 0, 1);

/**
 * Starts a local Secrets Manager. Any credentials are accepted, so it listens on 127.0.0.1 unless told otherwise.
 *
 * @throws TypeError for an option that cannot be, Error when the port is taken or the state file is not one.
 * @example
 * const manager = await startSecretsManager({ functions: { rotate: handler } });
 * const client = new SecretsManagerClient({ endpoint: manager.endpoint, region: manager.region });
 */
export async function startSecretsManager(
  options: SecretsManagerOptions = {},
): Promise<LocalSecretsManager> {
  checkOptions(options);
  const region = options.region ?? DEFAULT_REGION;
  const accountId = options.accountId ?? '123456789012';
  const random = options.seed === undefined ? systemRandom() : seededRandom(options.seed);
  const clock = clockFor(options);
  const auditLog = createRecentList<AuditEvent>(KEPT_AUDIT_EVENTS);
  const log = createRequestLog(options.onRequest ?? (() => undefined));
  const faults = createFaultInjector(random, () => Date.now());
  options.faults?.forEach(faults.add);

  const functions = createFunctionRegistry({
    arnFor: (name) => `arn:aws:lambda:${region}:${accountId}:function:${name}`,
    environment: () => functionEnvironment(manager.endpoint, region),
    output: options.onFunctionOutput ?? (() => undefined),
  });
  const driver = createRotationDriver({
    service: () => service,
    functions,
    random,
    pace: {
      attempts: options.rotation?.attempts ?? 3,
      backoffMs: options.rotation?.backoffMs ?? ((failed) => 100 * 2 ** (failed - 1)),
      functionTimeoutMs: options.rotation?.functionTimeoutMs ?? 30_000,
    },
    onStep: options.onStep ?? (() => undefined),
  });
  const service = createService({
    accountId,
    clock,
    random,
    maxVersions: options.maxVersions ?? 100,
    canInvoke: (arn) => functions.find(arn) !== undefined,
    onAudit: (event) => {
      auditLog.add(event);
      options.onAudit?.(event);
    },
    onChange: () => persistence?.changed(),
    onStored: (secret, inRegion) => scheduler.track(secret, inRegion),
    onRemoved: (secretArn) => {
      scheduler.forget(secretArn);
      driver.forget(secretArn);
    },
    startRotation: driver.start,
    stopRotation: driver.stop,
  });
  const scheduler = createScheduler(service, driver, clock, random.uuid);
  const state = () =>
    Object.fromEntries([...service.regions()].map(([name, store]) => [name, [...store.all()]]));
  const persistence = options.persistTo ? createPersistence(options.persistTo, state) : undefined;
  for (const [inRegion, secrets] of Object.entries(persistence?.load() ?? {})) {
    service.apply(
      secrets.map((secret) => ({ kind: 'store', secret }) as const),
      inRegion,
    );
  }
  const setLag: LocalSecretsManager['setLag'] = ({ readMs, replicaMs, forceDeleteMs }) => {
    service.readLagMs = lag('readMs', readMs) ?? service.readLagMs;
    service.replicaLagMs = lag('replicaMs', replicaMs) ?? service.replicaLagMs;
    service.forceDeleteDelayMs = lag('forceDeleteMs', forceDeleteMs) ?? service.forceDeleteDelayMs;
  };
  const lagFromOptions = () =>
    setLag({
      readMs: options.readLagMs ?? 0,
      replicaMs: options.replicaLagMs ?? 0,
      forceDeleteMs: options.forceDeleteDelayMs ?? 0,
    });
  lagFromOptions();
  for (const [name, target] of Object.entries(options.functions ?? {})) {
    functions.register(name, target);
  }

  const dispatch = createDispatcher({
    service,
    random,
    faults,
    log,
    regionOf: (signed) => options.region ?? signed ?? DEFAULT_REGION,
  });
  const control = createControlPlane(() => manager);
  const listener = {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    allowHosts: options.allowHosts ?? [],
  };
  const front = await listen(listener, (request, body) =>
    request.url?.startsWith(CONTROL_PREFIX) ? control(request, body) : dispatch(request, body),
  );
  if (clock.kind === 'system') scheduler.start();

  const manager: LocalSecretsManager = {
    endpoint: front.endpoint,
    port: front.port,
    region,
    accountId,
    registerFunction: functions.register,
    async waitForRotation(secretId, timeoutMs = 60_000) {
      const { secret } = findEverywhere(secretId, service, region);
      const report = driver.report(secret.arn);
      if (!report) throw new Error(`no rotation was ever started for ${secret.name}`);
      return within(timeoutMs, report, secret.name);
    },
    call: (operation, input, inRegion) => service.call(operation, input, inRegion ?? region),
    auditLog: auditLog.entries,
    requestLog: log.entries,
    state,
    reset() {
      driver.close();
      service.clear();
      scheduler.forgetAll();
      driver.forgetAll();
      faults.clear();
      log.clear();
      auditLog.clear();
      lagFromOptions();
      persistence?.changed();
    },
    setOwningService(secretId, owningService, tags) {
      const found = findEverywhere(secretId, service, region);
      const added = Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
      const secret = patchSecret(found.secret, {
        owningService,
        tags: tags ? withTags(found.secret.tags ?? [], added) : found.secret.tags,
      });
      service.apply([{ kind: 'store', secret }], found.region);
    },
    faults: { add: faults.add, list: faults.list, clear: faults.clear },
    setLag,
    clock: {
      now: () => new Date(clock.now()),
      advance: (ms) => scheduler.advanceTo(clock.now() + ms),
      set: (instant) => scheduler.advanceTo(instant.getTime()),
    },
    async close() {
      scheduler.stop();
      driver.close();
      functions.close();
      await front.close();
      persistence?.flush();
    },
  };
  return manager;
}

function clockFor({ clock, seed, startTime }: SecretsManagerOptions) {
  if (clock !== 'manual' && seed === undefined) return machineClock();
  return manualClock(startTime?.getTime() ?? (seed === undefined ? Date.now() : SEEDED_START));
}

/** @throws TypeError for a lag that is none. */
function lag(name: string, ms: number | undefined): number | undefined {
  if (ms === undefined || (Number.isFinite(ms) && ms >= 0)) return ms;
  throw new TypeError(`${name} has to be a number of milliseconds from 0 up`);
}

/** What a function's process finds in its environment, besides that of this process. */
function functionEnvironment(endpoint: string, region: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
    SECRETS_MANAGER_ENDPOINT: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: process.env['AWS_ACCESS_KEY_ID'] ?? 'local',
    AWS_SECRET_ACCESS_KEY: process.env['AWS_SECRET_ACCESS_KEY'] ?? 'local',
  };
}

async function within<T>(timeoutMs: number, work: Promise<T>, name: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`the rotation of ${name} is still running after ${timeoutMs} ms`);
    timer = setTimeout(() => reject(error), timeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
