import { createDispatcher } from './http/dispatcher.js';
import { listen } from './http/server.js';
import type { Secret } from './model/secret.js';
import type { OperationName } from './operations/index.js';
import type { SecretsManagerOptions } from './options.js';
import { createFunctionRegistry } from './rotation/function-registry.js';
import type { FunctionTarget } from './rotation/function-target.js';
import { createRotationDriver } from './rotation/rotation-driver.js';
import type { RotationReport } from './rotation/rotation-report.js';
import { manualClock, systemClock } from './runtime/clock.js';
import { findEverywhere } from './runtime/find-everywhere.js';
import { seededRandom, systemRandom } from './runtime/random.js';
import { type AuditEvent, createService } from './runtime/service.js';

const DEFAULT_REGION = 'us-east-1';
const SEEDED_START = Date.UTC(2026, 0, 1);

/** A local Secrets Manager that is up and answers at `endpoint`. */
export interface LocalSecretsManager {
  /** `http://127.0.0.1:<port>`, for the `endpoint` setting of an AWS SDK. */
  readonly endpoint: string;
  readonly port: number;
  /** The region of requests that name none. */
  readonly region: string;
  readonly accountId: string;
  /**
   * Makes a rotation function known, or replaces it.
   *
   * @returns its ARN, for RotationLambdaARN; the bare name does as well.
   * @throws TypeError for a bundle that is not there.
   */
  registerFunction(nameOrArn: string, target: FunctionTarget): string;
  /** The audit events so far, oldest first. */
  auditLog(): readonly AuditEvent[];
  /**
   * Waits for the running rotation of a secret, retries included; without one, gives the report of the last.
   *
   * @param timeoutMs default 60 s.
   * @throws Error when the secret is unknown, was never rotated, or its rotation is still running by then.
   */
  waitForRotation(secretId: string, timeoutMs?: number): Promise<RotationReport>;
  /** Carries out one operation without HTTP. @throws ServiceError as the service answers. */
  call(operation: OperationName, input: object, region?: string): Record<string, unknown>;
  /** Every secret of every region as plain data, values included. */
  state(): Readonly<Record<string, readonly Secret[]>>;
  /** Forgets all secrets and both logs; functions stay registered. */
  reset(): void;
  /** Marks a secret as managed by a service, such as `redshift`; no API call can do that. */
  setOwningService(secretId: string, service: string): void;
  /** Stops rotations, functions and the server. Safe to repeat. */
  close(): Promise<void>;
}

/**
 * Starts a local Secrets Manager. Any credentials are accepted, so it listens on 127.0.0.1 unless told otherwise.
 *
 * @throws Error when the port is taken.
 * @example
 * const manager = await startSecretsManager({ functions: { rotate: handler } });
 * const client = new SecretsManagerClient({ endpoint: manager.endpoint, region: manager.region });
 */
export async function startSecretsManager(
  options: SecretsManagerOptions = {},
): Promise<LocalSecretsManager> {
  const region = options.region ?? DEFAULT_REGION;
  const accountId = options.accountId ?? '123456789012';
  const random = options.seed === undefined ? systemRandom() : seededRandom(options.seed);
  const manual = options.clock === 'manual' || options.seed !== undefined;
  const start =
    options.startTime?.getTime() ?? (options.seed === undefined ? Date.now() : SEEDED_START);
  const clock = manual ? manualClock(start) : systemClock();
  const auditLog: AuditEvent[] = [];

  const functions = createFunctionRegistry({
    arnFor: (name) => `arn:aws:lambda:${region}:${accountId}:function:${name}`,
    environment: () => functionEnvironment(front.endpoint, region),
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
    forceDeleteDelayMs: options.forceDeleteDelayMs ?? 0,
    maxVersions: options.maxVersions ?? 100,
    replicaLagMs: options.replicaLagMs ?? 0,
    canInvoke: (arn) => functions.find(arn) !== undefined,
    onAudit: (event) => {
      auditLog.push(event);
      options.onAudit?.(event);
    },
    onChange: () => undefined,
    startRotation: driver.start,
    stopRotation: driver.stop,
  });
  service.readLagMs = options.readLagMs ?? 0;
  for (const [name, target] of Object.entries(options.functions ?? {})) {
    functions.register(name, target);
  }

  const dispatch = createDispatcher({
    service,
    random,
    regionOf: (signed) => options.region ?? signed ?? DEFAULT_REGION,
  });
  const front = await listen(options.host ?? '127.0.0.1', options.port ?? 0, dispatch);

  return {
    endpoint: front.endpoint,
    port: front.port,
    region,
    accountId,
    registerFunction: functions.register,
    auditLog: () => [...auditLog],
    async waitForRotation(secretId, timeoutMs = 60_000) {
      const { secret } = findEverywhere(secretId, service, region);
      const report = driver.report(secret.arn);
      if (!report) throw new Error(`no rotation was ever started for ${secret.name}`);
      return within(timeoutMs, report, secret.name);
    },
    call: (operation, input, inRegion) => service.call(operation, input, inRegion ?? region),
    state: () =>
      Object.fromEntries([...service.regions()].map(([name, store]) => [name, [...store.all()]])),
    reset() {
      driver.close();
      service.clear();
      auditLog.length = 0;
    },
    setOwningService(secretId, owningService) {
      const found = findEverywhere(secretId, service, region);
      const secret: Secret = { ...found.secret, owningService };
      service.apply([{ kind: 'store', secret }], found.region);
    },
    async close() {
      driver.close();
      functions.close();
      await front.close();
    },
  };
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
