import { OtherSecrets } from '../access/other-secrets.js';
import { RotationMemory } from '../access/rotation-memory.js';
import { orderChecks } from '../checks/run-checks.js';
import { localPasswords } from '../defaults/local-passwords.js';
import { systemClock } from '../defaults/system-clock.js';
import type { ErrorCode } from '../domain/error-code.js';
import type { RotationEventDetail } from '../domain/rotation-event.js';
import type { RotationRequest, RotationStep } from '../domain/rotation-request.js';
import type { RotationSettings } from '../domain/rotation-settings.js';
import type { RetiredSetting } from '../domain/settings/retired-settings.js';
import { describeOutcome, type DescribedOutcome } from '../domain/step-outcome.js';
import type { Sensitive } from '../domain/sensitive.js';
import type { Clock } from '../ports/clock.js';
import type { DatabaseAdmin } from '../ports/database-admin.js';
import type { EndpointLocator } from '../ports/endpoint-locator.js';
import type { PasswordSource } from '../ports/password-source.js';
import type { RotationObserver } from '../ports/rotation-observer.js';
import type { RotationStrategy } from '../ports/rotation-strategy.js';
import type { SecretStore } from '../ports/secret-store.js';
import type { VerificationCheck } from '../ports/verification-check.js';
import { admitWithValues, ALREADY_CURRENT } from './admit.js';
import { changeAndPromote } from './change-and-promote.js';
import { createStep } from './create-step.js';
import { finishStep } from './finish-step.js';
import { requireSettings } from './require-settings.js';
import { redactError } from './redact-error.js';
import { safeEvent } from './safe-event.js';
import { setStep } from './set-step.js';
import { orStepAside } from './step-aside.js';
import { changesLate, type EngineParts, type StepContext } from './step-context.js';
import { testStep } from './test-step.js';
import { TimeBudget } from './time-budget.js';

/** What an engine is built from; only the first three are needed. */
export interface RotationEngineOptions {
  readonly store: SecretStore;
  readonly database: DatabaseAdmin;
  readonly strategy: RotationStrategy;
  /** testSecret's checks, in order. Default: the sign-in alone, which also comes first in every other list. */
  readonly checks?: readonly VerificationCheck[];
  /** Default: those of the strategy, which also win over these. */
  readonly settings?: RotationSettings;
  /** Settings that there are no more and that somebody still sets; see `readRetired`. Default: none. */
  readonly retired?: readonly RetiredSetting[] | undefined;
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
export interface StepResult extends DescribedOutcome {
  readonly step: RotationStep;
}

/**
 * Runs rotations one step at a time, as Secrets Manager asks for them. Holds no state between steps except
 * proofs that a version passed the checks and, until a rotation ends, the values of its versions, which never
 * change, and the server that a tag led to; so it may be reused for many secrets and thrown away at any time.
 */
export class RotationEngine {
  readonly #parts: EngineParts;
  readonly #memory = new RotationMemory();
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
      locator: options.locator,
      retired: options.retired ?? [],
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
    const report = (event: RotationEventDetail): void =>
      this.#notify(request, safeEvent(event, secrets));
    const { store, locator } = this.#parts;
    const { step, secretId, versionId } = request;
    const time = new TimeBudget(clock, request.deadline, settings);
    const memory = this.#memory.of({ secretId, versionId });
    const timeoutMs = (): number => time.forConnection().connectTimeoutMs;
    const context: StepContext = {
      ...this.#parts,
      request,
      secretId,
      secrets,
      memory,
      otherSecrets: new OtherSecrets({ store, secrets, memory, locator, timeoutMs }),
      limits: (bounds) => time.forConnection(bounds),
      report,
      time,
    };
    if (step === 'createSecret') report({ name: 'rotation.started' });
    try {
      const described = describeOutcome(await runStep(context));
      const durationMs = clock.now() - started;
      report({ name: 'rotation.step.succeeded', ...described, durationMs });
      if (step === 'finishSecret') {
        memory.forget();
        report({ name: 'rotation.succeeded' });
      }
      return { step, ...described };
    } catch (error) {
      const safe = redactError(error, secrets).at({ step, secretId, versionId });
      const { code, message, retryable, settings } = safe;
      if (ABANDONED.has(code)) {
        memory.forget();
        report({ name: 'rotation.abandoned', code, reason: message });
      }
      const durationMs = clock.now() - started;
      const about = settings.length > 0 && { settings };
      report({ name: 'rotation.failed', code, message, ...about, retryable, durationMs });
      throw safe;
    }
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

/** Steps that need the superuser secret, where the strategy uses it. */
const READS_AHEAD: ReadonlySet<RotationStep> = new Set(['createSecret', 'setSecret']);

async function runStep(context: StepContext): Promise<string> {
  const { request, strategy, settings, otherSecrets } = context;
  const { superuserSecret } = settings;
  if (strategy.usesSuperuser && superuserSecret !== undefined && READS_AHEAD.has(request.step)) {
    void otherSecrets.read(superuserSecret);
  }
  if (request.step === 'finishSecret') {
    return changesLate(context) ? changeAndPromote(context) : finishStep(context);
  }
  const admitted = await admitWithValues(context);
  if (admitted.kind === 'already-current') return ALREADY_CURRENT;
  const { step } = request;
  return orStepAside(context, admitted, () => {
    switch (step) {
      case 'createSecret':
        return createStep(context, admitted);
      case 'setSecret':
        return setStep(context, admitted);
      case 'testSecret':
        return testStep(context, admitted);
    }
  });
}
