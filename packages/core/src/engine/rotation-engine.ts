import { orderChecks } from '../checks/run-checks.js';
import { localPasswords } from '../defaults/local-passwords.js';
import { systemClock } from '../defaults/system-clock.js';
import type { ErrorCode } from '../domain/error-code.js';
import type { RotationEventDetail } from '../domain/rotation-event.js';
import type { RotationRequest, RotationStep } from '../domain/rotation-request.js';
import type { RotationSettings } from '../domain/rotation-settings.js';
import type { VersionId } from '../domain/secret-description.js';
import type { Sensitive } from '../domain/sensitive.js';
import type { Clock } from '../ports/clock.js';
import type { DatabaseAdmin } from '../ports/database-admin.js';
import type { EndpointLocator } from '../ports/endpoint-locator.js';
import type { PasswordSource } from '../ports/password-source.js';
import type { RotationObserver } from '../ports/rotation-observer.js';
import type { SecretStore } from '../ports/secret-store.js';
import type { VerificationCheck } from '../ports/verification-check.js';
import type { RotationStrategy } from '../strategies/rotation-strategy.js';
import { admitWithValues, ALREADY_CURRENT, type AdmittedWithValues } from './admit.js';
import { createStep } from './create-step.js';
import { finishStep, promoteEarly } from './finish-step.js';
import { serverFinder } from './locate-server.js';
import { ProofBook } from './proof-book.js';
import { otherSecretReader } from './read-other-secrets.js';
import { requireSettings } from './require-settings.js';
import { redactError } from './redact-error.js';
import { ServerBook } from './server-book.js';
import { setStep } from './set-step.js';
import { orStepAside } from './step-aside.js';
import type { EngineParts, StepContext } from './step-context.js';
import { testStep } from './test-step.js';
import { TimeBudget } from './time-budget.js';
import { ValueBook } from './value-book.js';

/** What an engine is built from; only the first three are needed. */
export interface RotationEngineOptions {
  readonly store: SecretStore;
  readonly database: DatabaseAdmin;
  readonly strategy: RotationStrategy;
  /** testSecret's checks, in order. Default: the sign-in alone, which also comes first in every other list. */
  readonly checks?: readonly VerificationCheck[];
  /** Default: those of the strategy, which also win over these. */
  readonly settings?: RotationSettings;
  /** Finds the server of a superuser secret without a host. Default: such a secret is refused. */
  readonly locator?: EndpointLocator | undefined;
  /** Default: the runtime's cryptographic generator. */
  readonly passwords?: PasswordSource;
  /** Default: nobody watches. */
  readonly observer?: RotationObserver;
  /** Default: the machine's time. */
  readonly clock?: Clock;
}

/** How a step ended when it did not fail. */
export interface StepResult {
  readonly step: RotationStep;
  /** What the step found or did, in a few words. */
  readonly outcome: string;
}

/**
 * Runs rotations one step at a time, as Secrets Manager asks for them. Holds no state between steps except
 * proofs that a version passed the checks and, until a rotation ends, the values of its versions, which never
 * change, and the server that a tag led to; so it may be reused for many secrets and thrown away at any time.
 */
export class RotationEngine {
  readonly #parts: EngineParts;
  readonly #observer: RotationObserver | undefined;

  /** @throws `KEYTURN_INVALID_SETTING` for two checks of one name, and for a setting that is unknown or not fit */
  constructor(options: RotationEngineOptions) {
    const { store, database, strategy, observer } = options;
    this.#observer = observer;
    this.#parts = {
      store,
      database,
      strategy,
      checks: orderChecks(options.checks ?? []),
      clock: options.clock ?? systemClock,
      passwords: options.passwords ?? localPasswords,
      settings: requireSettings(options),
      proofs: new ProofBook(),
      values: new ValueBook(),
      locator: options.locator,
      servers: new ServerBook(),
    };
  }

  /**
   * Runs one step. Safe to repeat, also after a failure at any point and at the same time as another delivery
   * of the same step.
   * @throws KeyturnError, with step, secretId and versionId filled in and no secret value in any text.
   */
  async run(request: RotationRequest): Promise<StepResult> {
    const { clock, settings } = this.#parts;
    const started = clock.now();
    const secrets = new Set<Sensitive>();
    if (request.rotationToken !== undefined) secrets.add(request.rotationToken);
    const report = (event: RotationEventDetail): void => this.#notify(request, event);
    const { store, locator, servers } = this.#parts;
    const { step, secretId, versionId } = request;
    const time = new TimeBudget(clock, request.deadline, settings);
    const timeoutMs = (): number => time.forConnection().connectTimeoutMs;
    const context: StepContext = {
      ...this.#parts,
      request,
      secrets,
      report,
      time,
      readSecret: otherSecretReader(store, secrets),
      findServer: servers.remember(versionId, serverFinder({ store, locator, timeoutMs })),
    };
    if (step === 'createSecret') report({ name: 'rotation.started' });
    try {
      const outcome = await runStep(context);
      const durationMs = clock.now() - started;
      report({ name: 'rotation.step.succeeded', outcome, durationMs });
      if (step === 'finishSecret') {
        this.#forget(versionId);
        report({ name: 'rotation.succeeded' });
      }
      return { step, outcome };
    } catch (error) {
      const safe = redactError(error, secrets).at({ step, secretId, versionId });
      const { code, message, retryable } = safe;
      if (ABANDONED.has(code)) {
        this.#forget(versionId);
        report({ name: 'rotation.abandoned', reason: message });
      }
      const durationMs = clock.now() - started;
      report({ name: 'rotation.failed', code, message, retryable, durationMs });
      throw safe;
    }
  }

  #forget(versionId: VersionId): void {
    this.#parts.values.forget(versionId);
    this.#parts.servers.forget(versionId);
  }

  #notify({ secretId, versionId, step }: RotationRequest, event: RotationEventDetail): void {
    try {
      const at = this.#parts.clock.now();
      this.#observer?.notify({ secretId, versionId, step, at, ...event });
    } catch {
      // Watching never changes a rotation.
    }
  }
}

/** Codes which say that the service or an operator has given this rotation up. */
const ABANDONED: ReadonlySet<ErrorCode> = new Set([
  'KEYTURN_TOKEN_UNKNOWN',
  'KEYTURN_TOKEN_NOT_PENDING',
  'KEYTURN_TOKEN_SUPERSEDED',
]);

/** Steps that need the other secrets of the strategy. */
const READS_AHEAD: ReadonlySet<RotationStep> = new Set(['createSecret', 'setSecret']);

async function runStep(context: StepContext): Promise<string> {
  const { request, strategy, settings, readSecret } = context;
  if (READS_AHEAD.has(request.step)) {
    for (const secretId of strategy.otherSecrets?.(settings) ?? []) void readSecret(secretId);
  }
  if (request.step === 'finishSecret') return finishStep(context);
  const admitted = await admitWithValues(context);
  if (admitted.kind === 'already-current') return ALREADY_CURRENT;
  const { step } = request;
  return orStepAside(context, admitted, () => {
    switch (step) {
      case 'createSecret':
        return createStep(context, admitted);
      case 'setSecret':
        return setAndPromote(context, admitted);
      case 'testSecret':
        return testStep(context, admitted);
    }
  });
}

async function setAndPromote(context: StepContext, admitted: AdmittedWithValues): Promise<string> {
  const set = await setStep(context, admitted);
  const { strategy, settings } = context;
  if (strategy.promotesEarly?.(settings) !== true) return set;
  return `${set}; ${await promoteEarly(context, admitted)}`;
}
