import { setTimeout as sleep } from 'node:timers/promises';
import type { RandomSource } from '../model/operation.js';
import { completeRotation, completeTest, isComplete } from '../model/rotation.js';
import type { PendingRotation, Secret } from '../model/secret.js';
import type { Service } from '../runtime/service.js';
import type { FunctionRegistry } from './function-registry.js';
import { FunctionError, type RotationStepName } from './function-target.js';
import { redact } from './redact.js';
import type { RotationReport, StepReport } from './rotation-report.js';

const ROTATION: readonly RotationStepName[] = [
  'createSecret',
  'setSecret',
  'testSecret',
  'finishSecret',
];

/** How rotations are driven. The service publishes neither number nor spacing of its retries. */
export interface RotationPace {
  /** How often the whole process is tried with the same token. Default 3. */
  readonly attempts: number;
  /** Wait before try n + 1, in milliseconds of real time. Default 100 ms, doubled each time. */
  readonly backoffMs: (failedAttempt: number) => number;
  /** How long one invocation may take. Default 30 s. */
  readonly functionTimeoutMs: number;
}

export interface RotationDriver {
  /** Starts in the background. The same rotation, if it is running, goes on as it is; another one is stopped. */
  start(region: string, secretArn: string, token: string): void;
  /** Lets the running step end and starts no further one. */
  stop(secretArn: string): void;
  /** The running rotation's end, or the last one's report; undefined when there was none. */
  report(secretArn: string): Promise<RotationReport> | undefined;
  /** Drops the last report about a secret that is no more. */
  forget(secretArn: string): void;
  forgetAll(): void;
  /** Ends when no rotation is running. */
  idle(): Promise<void>;
  close(): void;
}

interface Job {
  readonly region: string;
  readonly secretArn: string;
  readonly secretName: string;
  readonly token: string;
  readonly kind: PendingRotation['kind'];
  readonly rotationToken: string;
  readonly steps: StepReport[];
  /** Aborted when the rotation is to start no further step. */
  readonly stop: AbortController;
}

export function createRotationDriver(settings: {
  readonly service: () => Service;
  readonly functions: FunctionRegistry;
  readonly random: RandomSource;
  readonly pace: RotationPace;
  readonly onStep: (report: StepReport) => unknown;
}): RotationDriver {
  const { functions, pace } = settings;
  const running = new Map<string, { job: Job; done: Promise<RotationReport> }>();
  const last = new Map<string, RotationReport>();

  const secretOf = (job: Pick<Job, 'region' | 'secretName' | 'secretArn'>): Secret | undefined => {
    const secret = settings.service().region(job.region).get(job.secretName);
    return secret?.arn === job.secretArn ? secret : undefined;
  };
  const storeFor = (job: Job, secret: Secret) =>
    settings.service().apply([{ kind: 'store', secret }], job.region);
  const auditFor = (job: Job, end: 'Started' | 'Succeeded' | 'Failed', more: object = {}) => {
    const event =
      job.kind === 'test' ? (`TestRotation${end}` as const) : (`Rotation${end}` as const);
    settings.service().audit({ event, secretArn: job.secretArn, token: job.token, ...more });
  };

  /** A function may have read any secret of its region, and this one before it was deleted or written anew. */
  const hideSecrets = (error: string, job: Job, before: Secret | undefined): string => {
    const others = settings.service().region(job.region).all();
    const secrets = [before, secretOf(job)].filter((secret) => secret !== undefined);
    return redact(error, { secrets, others, tokens: [job.rotationToken] });
  };

  async function runStep(job: Job, step: RotationStepName, attempt: number): Promise<StepReport> {
    const functionArn = secretOf(job)?.rotation?.functionArn ?? '';
    const target = functions.find(functionArn);
    const before = secretOf(job);
    const startedAt = Date.now();
    const began = performance.now();
    const error = await Promise.resolve()
      .then(() => {
        if (!target) throw new FunctionError('ResourceNotFound', `no function ${functionArn}`);
        return target.invoker.invoke({
          event: {
            Step: step,
            SecretId: job.secretArn,
            ClientRequestToken: job.token,
            RotationToken: job.rotationToken,
          },
          requestId: settings.random.uuid(),
          functionName: target.name,
          functionArn: target.arn,
          timeoutMs: pace.functionTimeoutMs,
        });
      })
      .then(() => undefined, describeError);
    const report: StepReport = {
      step,
      attempt,
      secretArn: job.secretArn,
      secretName: job.secretName,
      functionArn,
      token: job.token,
      startedAt,
      durationMs: performance.now() - began,
      ...(error === undefined ? {} : { error: hideSecrets(error, job, before) }),
    };
    job.steps.push(report);
    await settings.onStep(report);
    return report;
  }

  /** @returns the error of the step that failed, if one did. */
  async function tryOnce(job: Job, attempt: number): Promise<string | undefined> {
    for (const step of job.kind === 'test' ? (['testSecret'] as const) : ROTATION) {
      if (job.stop.signal.aborted) return 'the rotation was stopped';
      const { error } = await runStep(job, step, attempt);
      if (error !== undefined) return `${step}: ${error}`;
    }
    return undefined;
  }

  async function runTest(job: Job): Promise<RotationReport> {
    const error = await tryOnce(job, 1);
    const secret = secretOf(job);
    if (secret?.pendingRotation?.token === job.token) storeFor(job, completeTest(secret));
    if (job.stop.signal.aborted) return reportOn(job, 'abandoned', error);
    auditFor(
      job,
      error === undefined ? 'Succeeded' : 'Failed',
      error === undefined ? {} : { error },
    );
    return reportOn(job, error === undefined ? 'succeeded' : 'failed', error);
  }

  async function runRotation(job: Job): Promise<RotationReport> {
    let error: string | undefined;
    for (let attempt = 1; attempt <= pace.attempts; attempt += 1) {
      if (attempt > 1) await pause(pace.backoffMs(attempt - 1), job.stop.signal);
      error = await tryOnce(job, attempt);
      const secret = secretOf(job);
      if (job.stop.signal.aborted || !secret) return reportOn(job, 'abandoned', error);
      if (isComplete(secret)) {
        storeFor(job, completeRotation(secret, settings.service().now()));
        auditFor(job, 'Succeeded', { attempt });
        return reportOn(job, 'succeeded');
      }
      error ??= 'the function ended without moving AWSCURRENT to the pending version';
      auditFor(job, 'Failed', { attempt, error });
    }
    return reportOn(job, 'failed', error);
  }

  return {
    start(region, secretArn, token) {
      const already = running.get(secretArn);
      if (already?.job.token === token && !already.job.stop.signal.aborted) return;
      // An operator took AWSPENDING off and began anew while the old rotation was waiting for its next try.
      already?.job.stop.abort();
      const store = settings.service().region(region);
      const name = secretArn
        .split(':')
        .slice(6)
        .join(':')
        .replace(/-.{6}$/, '');
      const kind = store.get(name)?.pendingRotation?.kind;
      if (!kind) return;
      const job: Job = {
        region,
        secretArn,
        secretName: name,
        token,
        kind,
        rotationToken: settings.random.uuid(),
        steps: [],
        stop: new AbortController(),
      };
      auditFor(job, 'Started');
      // The caller gets its answer first, and a rotation that was stopped ends before the next one begins.
      const done = Promise.resolve(already?.done.catch(() => undefined))
        .then(() => sleep(0))
        .then(() => (kind === 'test' ? runTest(job) : runRotation(job)))
        .then((report) => {
          if (secretOf(job)) last.set(secretArn, report);
          return report;
        })
        .finally(() => {
          if (running.get(secretArn)?.job === job) running.delete(secretArn);
        });
      // Only a hook of the user can make it reject; whoever waits is told, and nobody has to wait.
      done.catch(() => undefined);
      running.set(secretArn, { job, done });
    },
    stop(secretArn) {
      const entry = running.get(secretArn);
      if (entry) entry.job.stop.abort();
    },
    report(secretArn) {
      const ended = last.get(secretArn);
      return running.get(secretArn)?.done ?? (ended && Promise.resolve(ended));
    },
    forget: (secretArn) => void last.delete(secretArn),
    forgetAll: () => last.clear(),
    async idle() {
      while (running.size > 0) {
        await Promise.allSettled([...running.values()].map(({ done }) => done));
      }
    },
    close() {
      for (const { job } of running.values()) job.stop.abort();
    },
  };
}

function reportOn(job: Job, outcome: RotationReport['outcome'], error?: string): RotationReport {
  const { secretArn, secretName, token, kind, steps } = job;
  return {
    secretArn,
    secretName,
    token,
    kind,
    outcome,
    attempts: steps.at(-1)?.attempt ?? 0,
    steps,
    ...(error === undefined ? {} : { error }),
  };
}

/** Ends early, without an error, when the rotation is stopped. */
const pause = (ms: number, signal: AbortSignal) =>
  sleep(ms, undefined, { ref: false, signal }).catch(() => undefined);

const describeError = (error: unknown): string =>
  error instanceof FunctionError ? `${error.type}: ${error.message}` : String(error);
