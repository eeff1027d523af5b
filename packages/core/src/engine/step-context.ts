import type { AccessContext, SecretOwner } from '../access/access-context.js';
import { checkSuperuser } from '../access/superuser-session.js';
import type { DatabaseSecret } from '../domain/database-secret.js';
import { timeForLateChange } from '../domain/late-change-time.js';
import { isRefusal } from '../domain/refusal.js';
import type { RotationEventDetail } from '../domain/rotation-event.js';
import type { RotationRequest } from '../domain/rotation-request.js';
import type { ResolvedSettings } from '../domain/rotation-settings.js';
import type { RetiredSetting } from '../domain/settings/retired-settings.js';
import type { SecretDescription } from '../domain/secret-description.js';
import { refusalToError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { DatabaseAdmin } from '../ports/database-admin.js';
import type { EndpointLocator } from '../ports/endpoint-locator.js';
import type { PasswordSource } from '../ports/password-source.js';
import type { PrepareContext, RotationStrategy } from '../ports/rotation-strategy.js';
import type { SecretStore } from '../ports/secret-store.js';
import type { VerificationCheck } from '../ports/verification-check.js';
import type { TimeBudget } from './time-budget.js';

/** What the engine works with, all defaults filled in. */
export interface EngineParts {
  readonly store: SecretStore;
  readonly database: DatabaseAdmin;
  readonly strategy: RotationStrategy;
  readonly checks: readonly VerificationCheck[];
  readonly clock: Clock;
  readonly passwords: PasswordSource;
  /** The strategy's own options included. */
  readonly settings: ResolvedSettings;
  readonly locator: EndpointLocator | undefined;
  readonly retired: readonly RetiredSetting[];
}

/** One step of one rotation while it runs. */
export interface StepContext extends EngineParts, AccessContext {
  readonly request: RotationRequest;
  readonly time: TimeBudget;
  report(event: RotationEventDetail): void;
}

/** The labels of the secret, read anew. */
export function describeSecret({ store, secretId }: StepContext): Promise<SecretDescription> {
  return store.describe({ secretId });
}

/** Whether finishSecret is the step that changes the password. */
export function changesLate({ strategy, settings }: StepContext): boolean {
  return strategy.changesIn?.(settings) === 'finishSecret';
}

/** How much time must be left before a password is changed, in milliseconds. */
export function timeToChange(context: StepContext): number {
  const { settings } = context;
  return changesLate(context) ? timeForLateChange(settings) : settings.minimumTimeMs;
}

/** Which user the next version has to name. Throws where the strategy refuses the current one. */
export function nextUserOf(context: StepContext, current: DatabaseSecret): string {
  const next = context.strategy.nextUser({
    currentUser: current.username,
    settings: context.settings,
    profile: context.database.profile,
  });
  if (isRefusal(next)) throw refusalToError(next);
  return next.name;
}

/** What every strategy has at hand, in whichever step. */
export function prepareContextOf(context: StepContext, owner: SecretOwner): PrepareContext {
  const { settings, database } = context;
  return {
    current: owner.current,
    settings,
    profile: database.profile,
    checkSuperuser: () => checkSuperuser(context, owner),
  };
}
