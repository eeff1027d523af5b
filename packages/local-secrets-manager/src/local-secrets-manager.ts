import type { Secret } from './model/secret.js';
import type { OperationName } from './operations/index.js';
import type { FunctionTarget } from './rotation/function-target.js';
import type { RotationReport } from './rotation/rotation-report.js';
import type { FaultRule } from './runtime/fault-rule.js';
import type { RequestLogEntry } from './runtime/request-log.js';
import type { AuditEvent } from './runtime/service.js';

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
  /**
   * Waits for the running rotation of a secret, retries included; without one, gives the report of the last.
   *
   * @param timeoutMs default 60 s.
   * @throws Error when the secret is unknown, was never rotated, or its rotation is still running by then.
   */
  waitForRotation(secretId: string, timeoutMs?: number): Promise<RotationReport>;
  /** Carries out one operation without HTTP. @throws ServiceError as the service answers. */
  call(operation: OperationName, input: object, region?: string): Record<string, unknown>;
  /** The last 10,000 audit events, oldest first. */
  auditLog(): readonly AuditEvent[];
  /** The last 1,000 requests, oldest first; no secret value appears in it. */
  requestLog(): readonly RequestLogEntry[];
  /** Every secret of every region as plain data, values included. */
  state(): Readonly<Record<string, readonly Secret[]>>;
  /** Forgets all secrets, logs and faults, and sets the lags back; functions and the clock stay. */
  reset(): void;
  /**
   * Marks a secret as managed by a service, such as `redshift`; no API call can do that. `tags` are added, those
   * too that begin with `aws:`, such as `aws:redshift:primaryclusterarn`.
   */
  setOwningService(
    secretId: string,
    service: string,
    tags?: Readonly<Record<string, string>>,
  ): void;
  readonly faults: {
    /** @throws TypeError for a rule that is none or does nothing. */
    add(rule: FaultRule): void;
    list(): readonly FaultRule[];
    clear(): void;
  };
  /**
   * How far reads and replicas lag behind, and how long a force-deleted name stays taken, in milliseconds; what is
   * left out stays.
   *
   * @throws TypeError for what is no number from 0 up.
   */
  setLag(lag: {
    readonly readMs?: number;
    readonly replicaMs?: number;
    readonly forceDeleteMs?: number;
  }): void;
  readonly clock: {
    now(): Date;
    /**
     * Moves a manual clock forward and waits for all rotations and deletions that fall due on the way.
     *
     * @param ms milliseconds.
     * @throws RangeError with the system clock, and for a step back.
     */
    advance(ms: number): Promise<void>;
    set(instant: Date): Promise<void>;
  };
  /** Stops rotations, functions and the server, and writes the state file. Safe to repeat. */
  close(): Promise<void>;
}
