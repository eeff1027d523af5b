import type { FunctionTarget } from './rotation/function-target.js';
import type { OutputSink } from './rotation/output.js';
import type { RotationPace } from './rotation/rotation-driver.js';
import type { StepReport } from './rotation/rotation-report.js';
import type { FaultRule } from './runtime/fault-rule.js';
import type { RequestLogEntry } from './runtime/request-log.js';
import type { AuditEvent } from './runtime/service.js';

/** Settings of a local Secrets Manager; every one has a default. */
export interface SecretsManagerOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Address to listen on. Default 127.0.0.1, which nobody else can reach: there is no access control. */
  readonly host?: string;
  /**
   * Host names and addresses to answer to besides `localhost`, loopback addresses, `host` and the address that a request
   * came in on, such as the name of a container. Anybody who can point one of them at this machine can have web pages
   * read the secrets. Default: none.
   */
  readonly allowHosts?: readonly string[];
  /** The region of every request. Default: the one of its signature, us-east-1 without a signature. */
  readonly region?: string;
  /** Twelve digits. Default 123456789012. */
  readonly accountId?: string;
  /** Rotation functions by name or ARN; more can be registered later. */
  readonly functions?: Readonly<Record<string, FunctionTarget>>;
  /** How rotations are driven and retried. */
  readonly rotation?: Partial<RotationPace>;
  /** Called and awaited after every step, before the next one: a place to look at labels and sign-ins. */
  readonly onStep?: (report: StepReport) => unknown;
  readonly onAudit?: (event: AuditEvent) => void;
  /** Takes the lines that rotation functions print. Default: dropped. */
  readonly onFunctionOutput?: OutputSink;
  /** Makes ids, ARN suffixes, random passwords and dates the same in every run; implies a manual clock. */
  readonly seed?: string;
  /** `manual` stands still but for a millisecond per request and is moved by hand. Default `system`. */
  readonly clock?: 'system' | 'manual';
  /** Where a manual clock begins. Default 2026-01-01T00:00:00Z with a seed, else now. */
  readonly startTime?: Date;
  /** File that keeps the secrets over a restart, in clear text. Default: none. */
  readonly persistTo?: string;
  /** Called for every request, with no secret value in it. */
  readonly onRequest?: (entry: RequestLogEntry) => void;
  /** Faults to begin with. */
  readonly faults?: readonly FaultRule[];
  /** How long a force-deleted name stays taken, in milliseconds. Default 0; the service takes some seconds. */
  readonly forceDeleteDelayMs?: number;
  /** Most versions a secret may keep, 100 in the service. */
  readonly maxVersions?: number;
  /** How far reads lag behind writes, in milliseconds of the clock. Default 0. */
  readonly readLagMs?: number;
  /** How long replicas lag behind, in milliseconds of real time. Default 0. */
  readonly replicaLagMs?: number;
}

/**
 * Checks what a type cannot say, before anything is started.
 *
 * @throws TypeError that names the option.
 */
export function checkOptions(options: SecretsManagerOptions): void {
  const { accountId, region, rotation, maxVersions, startTime } = options;
  const check = (isRight: boolean, option: string, wanted: string) => {
    if (!isRight) throw new TypeError(`${option} has to be ${wanted}`);
  };
  check(accountId === undefined || /^\d{12}$/.test(accountId), 'the account', 'twelve digits');
  check(region === undefined || /^[a-z0-9-]+$/.test(region), 'the region', 'like us-east-1');
  check(isCount(rotation?.attempts), 'attempts', 'a whole number from 1 up');
  check(isCount(rotation?.functionTimeoutMs), 'the function timeout', 'a time from 1 ms up');
  check(isCount(maxVersions), 'maxVersions', 'a whole number from 1 up');
  check(!Number.isNaN(startTime?.getTime()), 'startTime', 'a date');
}

const isCount = (value: number | undefined) =>
  value === undefined || (Number.isInteger(value) && value >= 1);
