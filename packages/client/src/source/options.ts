import { InvalidInputError } from '@keyturn/core';
import type { BackoffSettings } from '../domain/backoff.js';
import type { RotationKind } from '../domain/decide-candidate.js';
import type { BudgetSettings } from '../domain/refusal-budget.js';
import { systemClientClock, type ClientClock } from '../ports/client-clock.js';
import type { SecretReader } from '../ports/secret-reader.js';
import type { CredentialListener } from './events.js';

/** How a credential source is made. Times in milliseconds. */
export interface CredentialSourceOptions {
  /** Name or ARN of the secret. */
  readonly secretId: string;
  /** Where it is read: `secretsManagerReader()`, `storeReader()`, `extensionReader()`, `withReplicas()`, or your own. */
  readonly reader: SecretReader;
  /**
   * How the secret is rotated. `single-user` lets AWSPENDING be tried once while the change is under way,
   * `alternating-users` lets AWSPREVIOUS be tried once where AWSCURRENT is refused. Default: neither is read.
   */
  readonly rotation?: RotationKind | undefined;
  /** How old a credential may become. Default 300,000; the time between two rotations has to be longer. */
  readonly maxAgeMs?: number | undefined;
  /** How long before NextRotationDate it is read again. Default 60,000. */
  readonly rotationLeadMs?: number | undefined;
  /** What a sign-in may take in all. Default 15,000. */
  readonly deadlineMs?: number | undefined;
  /** What one read of the secret may take, whatever the reader's own limits are. Default 5,000. */
  readonly readTimeoutMs?: number | undefined;
  /** How long AWSCURRENT may stay behind a changed password before nobody waits for it any more. Default 5,000. */
  readonly gapMs?: number | undefined;
  /** Sign-ins of one credential under way at a time, 1 or 2. Default 2. */
  readonly signInsAtOnce?: number | undefined;
  /** Refusals in a row that this process may cause. Default 4, one forgiven after 60,000. */
  readonly refusalBudget?: Partial<BudgetSettings> | undefined;
  /** The pauses of the open circuit. Default 1,000, doubling to 30,000. */
  readonly circuit?: Partial<BackoffSettings> | undefined;
  /** The pauses between reads and after a busy server. Default up to 25, doubling to 1,000. */
  readonly backoff?: Partial<BackoffSettings> | undefined;
  /** Is told what happens; more can subscribe. */
  readonly onEvent?: CredentialListener | undefined;
  /** Default: the machine's time. */
  readonly clock?: ClientClock | undefined;
}

/** The options with their defaults. */
export interface SourceSettings {
  readonly secretId: string;
  readonly reader: SecretReader;
  readonly rotation: RotationKind | undefined;
  readonly maxAgeMs: number;
  readonly rotationLeadMs: number;
  readonly deadlineMs: number;
  readonly readTimeoutMs: number;
  readonly gapMs: number;
  readonly signInsAtOnce: number;
  readonly refusalBudget: BudgetSettings;
  readonly circuit: BackoffSettings;
  readonly backoff: BackoffSettings;
  readonly clock: ClientClock;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** @throws InvalidInputError `KEYTURN_INVALID_SETTING` that names the option */
export function parseSourceOptions(options: CredentialSourceOptions): SourceSettings {
  const settings: SourceSettings = {
    secretId: options.secretId,
    reader: options.reader,
    rotation: options.rotation,
    maxAgeMs: options.maxAgeMs ?? 300_000,
    rotationLeadMs: options.rotationLeadMs ?? 60_000,
    deadlineMs: options.deadlineMs ?? 15_000,
    readTimeoutMs: options.readTimeoutMs ?? 5_000,
    gapMs: options.gapMs ?? 5_000,
    signInsAtOnce: options.signInsAtOnce ?? 2,
    refusalBudget: { capacity: 4, refillMs: 60_000, ...defined(options.refusalBudget) },
    circuit: { baseMs: 1_000, longestMs: 30_000, ...defined(options.circuit) },
    backoff: { baseMs: 25, longestMs: 1_000, ...defined(options.backoff) },
    clock: options.clock ?? systemClientClock,
  };
  if (typeof settings.secretId !== 'string' || settings.secretId === '') {
    refuseOption('secretId', 'the name or ARN of a secret');
  }
  if (typeof (settings.reader as Partial<SecretReader> | undefined)?.read !== 'function') {
    refuseOption('reader', 'a SecretReader, such as secretsManagerReader()');
  }
  if (!['single-user', 'alternating-users', undefined].includes(settings.rotation)) {
    refuseOption('rotation', '"single-user" or "alternating-users"');
  }
  if (![1, 2].includes(settings.signInsAtOnce)) refuseOption('signInsAtOnce', '1 or 2');
  const { capacity } = settings.refusalBudget;
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > 4) {
    refuseOption('refusalBudget.capacity', 'a whole number from 1 to 4, as Redshift locks after 5');
  }
  const times: readonly (readonly [field: string, value: number, least: number])[] = [
    ['maxAgeMs', settings.maxAgeMs, 1],
    ['rotationLeadMs', settings.rotationLeadMs, 0],
    ['deadlineMs', settings.deadlineMs, 1],
    ['readTimeoutMs', settings.readTimeoutMs, 1],
    ['gapMs', settings.gapMs, 0],
    ['refusalBudget.refillMs', settings.refusalBudget.refillMs, 1],
    ['circuit.baseMs', settings.circuit.baseMs, 1],
    ['circuit.longestMs', settings.circuit.longestMs, settings.circuit.baseMs],
    ['backoff.baseMs', settings.backoff.baseMs, 1],
    ['backoff.longestMs', settings.backoff.longestMs, settings.backoff.baseMs],
  ];
  for (const [field, value, least] of times) {
    if (!(value >= least && value <= LONGEST_TIMER_MS)) {
      refuseOption(field, `a number of milliseconds from ${least} to ${LONGEST_TIMER_MS}`);
    }
  }
  return settings;
}

/** @throws InvalidInputError always */
export function refuseOption(field: string, wanted: string): never {
  throw new InvalidInputError({
    code: 'KEYTURN_INVALID_SETTING',
    field,
    message: `The option ${field} is not fit.`,
    remedy: `Give ${wanted}.`,
  });
}

/** Without what is undefined, which would hide a default. */
function defined<T extends object>(
  given: T | undefined,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
