import type { AccessContext } from '../access/access-context.js';
import { OtherSecrets } from '../access/other-secrets.js';
import { RotationMemory } from '../access/rotation-memory.js';
import { systemClock } from '../defaults/system-clock.js';
import type { RotationSettings } from '../domain/rotation-settings.js';
import type { Sensitive } from '../domain/sensitive.js';
import { requireSettings } from '../engine/require-settings.js';
import { TimeBudget } from '../engine/time-budget.js';
import type { Clock } from '../ports/clock.js';
import type { DatabaseAdmin, SessionBounds } from '../ports/database-admin.js';
import type { EndpointLocator } from '../ports/endpoint-locator.js';
import type { RotationStrategy } from '../ports/rotation-strategy.js';
import type { SecretStore } from '../ports/secret-store.js';

/** What an operation looks at, and by which rules. */
export interface OperationParts {
  readonly store: SecretStore;
  readonly database: DatabaseAdmin;
  /** The strategy and settings by which the secret is rotated. */
  readonly strategy: RotationStrategy;
  /** Default: those of the strategy, which also win over these. */
  readonly settings?: RotationSettings;
  /** Finds the server of a superuser secret without a host. Default: such a secret counts as unfit. */
  readonly locator?: EndpointLocator | undefined;
  readonly secretId: string;
  /** Default: the machine's time. */
  readonly clock?: Clock;
}

/** One operation on one secret while it runs. */
export interface OperationContext extends AccessContext {
  readonly strategy: RotationStrategy;
  readonly clock: Clock;
}

/**
 * All defaults filled in; nothing is remembered from operations before.
 * @throws `KEYTURN_INVALID_SETTING` for a setting that is unknown or not fit
 */
export function operationContext(parts: OperationParts): OperationContext {
  const { store, database, strategy, locator, secretId, clock = systemClock } = parts;
  const settings = requireSettings(parts);
  const secrets = new Set<Sensitive>();
  const memory = new RotationMemory().of({ secretId, versionId: '' });
  const limits = (bounds?: SessionBounds) =>
    new TimeBudget(clock, undefined, settings).forConnection(bounds);
  const timeoutMs = (): number => limits().connectTimeoutMs;
  const otherSecrets = new OtherSecrets({ store, secrets, memory, locator, timeoutMs });
  return {
    store,
    database,
    strategy,
    settings,
    secretId,
    secrets,
    memory,
    otherSecrets,
    clock,
    limits,
  };
}
