import type { DatabaseSecret } from '../domain/database-secret.js';
import { parseDatabaseSecret } from '../domain/database-secret.js';
import { CLEAR_PENDING } from '../domain/decide-pending.js';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.js';
import type { RotationEventDetail } from '../domain/rotation-event.js';
import type { RotationRequest } from '../domain/rotation-request.js';
import type { ResolvedSettings } from '../domain/rotation-settings.js';
import type { SecretDescription } from '../domain/secret-description.js';
import type { Sensitive } from '../domain/sensitive.js';
import { refusalToError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { DatabaseAdmin, SessionPurpose, SignInOutcome } from '../ports/database-admin.js';
import type { EndpointLocator } from '../ports/endpoint-locator.js';
import type { PasswordSource } from '../ports/password-source.js';
import type { SecretStore, StoredValue } from '../ports/secret-store.js';
import type { VerificationCheck } from '../ports/verification-check.js';
import type { PrepareContext, RotationStrategy } from '../strategies/rotation-strategy.js';
import type { ProofBook } from './proof-book.js';
import type { ServerFinder } from './locate-server.js';
import type { OtherSecretReader } from './read-other-secrets.js';
import type { ServerBook } from './server-book.js';
import type { TimeBudget } from './time-budget.js';
import type { ValueBook } from './value-book.js';

/** What the engine works with, all defaults filled in. */
export interface EngineParts {
  readonly store: SecretStore;
  readonly database: DatabaseAdmin;
  readonly strategy: RotationStrategy;
  readonly checks: readonly VerificationCheck[];
  readonly clock: Clock;
  readonly passwords: PasswordSource;
  readonly settings: ResolvedSettings;
  readonly proofs: ProofBook;
  readonly values: ValueBook;
  readonly locator: EndpointLocator | undefined;
  readonly servers: ServerBook;
}

/** One step of one rotation while it runs. */
export interface StepContext extends EngineParts {
  readonly request: RotationRequest;
  readonly time: TimeBudget;
  /** Every secret seen in this step, to be hidden from errors. */
  readonly secrets: Set<Sensitive>;
  readonly readSecret: OtherSecretReader;
  readonly findServer: ServerFinder;
  report(event: RotationEventDetail): void;
}

/** The labels of the secret, read anew. */
export function describeSecret({ store, request }: StepContext): Promise<SecretDescription> {
  return store.describe({ secretId: request.secretId });
}

/** Parses the AWSCURRENT value, whose secrets are hidden from errors from now on. Throws an `InvalidInputError`. */
export function parseCurrent(context: StepContext, value: StoredValue): DatabaseSecret {
  const secret = parseStored(context, value, 'the AWSCURRENT version');
  if (isRefusal(secret)) throw refusalToError(secret);
  return secret;
}

/** The same for the AWSPENDING value, which nobody can correct any more. */
export function parsePending(context: StepContext, value: StoredValue): DatabaseSecret {
  const secret = parseStored(context, value, 'the AWSPENDING version');
  if (!isRefusal(secret)) return secret;
  throw refusalToError({ ...secret, remedy: `A stored value cannot be changed. ${CLEAR_PENDING}` });
}

/** The same for values that are merely left out when they are not fit. */
export function parseIfFit(context: StepContext, value: StoredValue): DatabaseSecret | undefined {
  const secret = parseStored(context, value, 'an old version');
  return isRefusal(secret) ? undefined : secret;
}

function parseStored(
  context: StepContext,
  value: StoredValue,
  what: string,
): DatabaseSecret | Refusal {
  if (value.kind === 'binary') {
    return refuse({
      code: 'KEYTURN_INVALID_SECRET',
      field: 'SecretBinary',
      message: `The value of ${what} is binary.`,
      remedy: 'Store it as SecretString, a JSON object.',
    });
  }
  context.secrets.add(value.text);
  const secret = parseDatabaseSecret(value.text, context.database.profile, what);
  if (!isRefusal(secret)) context.secrets.add(secret.password);
  return secret;
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
export function prepareContextOf(context: StepContext, current: DatabaseSecret): PrepareContext {
  const { settings, database, readSecret, findServer } = context;
  return {
    current,
    settings,
    profile: database.profile,
    readSecret,
    findServer: (secretId) => findServer(secretId, current.address),
  };
}

/** Signs in with a credential at the address of the current version, within what is left of the time. */
export function signInAt(
  context: StepContext,
  current: DatabaseSecret,
  credential: {
    readonly user: string;
    readonly password: Sensitive;
    readonly purpose?: SessionPurpose;
  },
): Promise<SignInOutcome> {
  const { address } = current;
  return context.database.signIn({ address, ...credential, ...context.time.forConnection() });
}
