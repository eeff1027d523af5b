import type { ErrorCode } from './domain/error-code.js';
import type { Refusal } from './domain/refusal.js';
import type { RotationStep } from './domain/rotation-request.js';
import type { VersionId } from './domain/secret-description.js';

/** Marks errors of every copy of this package, so that `KeyturnError.is` works across a dual build. */
const BRAND = Symbol.for('keyturn.error');

/** Where in a rotation an error arose. */
export interface ErrorPlace {
  readonly step?: RotationStep | undefined;
  readonly secretId?: string | undefined;
  readonly versionId?: VersionId | undefined;
}

/** What a {@link KeyturnError} is made of. No field may hold a secret value. */
export interface KeyturnErrorOptions extends ErrorPlace {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy?: string | undefined;
  readonly field?: string | undefined;
  /** The settings that cause or can fix it, by key. */
  readonly settings?: readonly string[] | undefined;
  readonly retryable?: boolean | undefined;
  /**
   * What the message quotes word by word of somebody else's text, such as a server's. It is left out again where a
   * secret is too short to be told from ordinary text.
   */
  readonly quoted?: string | readonly string[] | undefined;
  readonly cause?: unknown;
}

/**
 * The base of everything keyturn throws on purpose. Compare `code`, not the class: two copies of this package
 * may be loaded at once. A programming mistake is a plain `TypeError` instead.
 */
export class KeyturnError extends Error {
  override name = 'KeyturnError';
  /** Stable within a major version; see `docs/error-codes.md`. */
  readonly code: ErrorCode;
  /** What to do about it; also the end of the message. */
  readonly remedy: string | undefined;
  /** The field, setting or argument at fault, where there is one. */
  readonly field: string | undefined;
  /** The settings that cause or can fix it, by key. Whoever shows the error says where each is set. */
  readonly settings: readonly string[];
  /** Whether the service's own retry may succeed without anybody's help. */
  readonly retryable: boolean;
  step: RotationStep | undefined;
  secretId: string | undefined;
  versionId: VersionId | undefined;
  /** What the message quotes word by word of somebody else's text. */
  declare readonly quoted: readonly string[];

  constructor(options: KeyturnErrorOptions) {
    const { code, message, remedy, cause, quoted = [] } = options;
    super(
      remedy === undefined ? message : `${message} ${remedy}`,
      cause === undefined ? {} : { cause },
    );
    Object.defineProperty(this, BRAND, { value: true });
    // Not enumerable: the message has it already.
    const parts = typeof quoted === 'string' ? [quoted] : quoted;
    Object.defineProperty(this, 'quoted', { value: parts, writable: true });
    this.code = code;
    this.remedy = remedy;
    this.field = options.field;
    this.settings = options.settings ?? [];
    this.retryable = options.retryable ?? false;
    this.step = options.step;
    this.secretId = options.secretId;
    this.versionId = options.versionId;
  }

  /** Whether something thrown is a keyturn error, of any copy of this package, and has the given code. */
  static is(error: unknown, code?: ErrorCode): error is KeyturnError {
    if (typeof error !== 'object' || error === null || !(BRAND in error)) return false;
    return code === undefined || (error as { code?: unknown }).code === code;
  }

  /** Fills in where it happened, keeping what is known already. */
  at(place: ErrorPlace): this {
    this.step ??= place.step;
    this.secretId ??= place.secretId;
    this.versionId ??= place.versionId;
    return this;
  }
}

/**
 * Adds a sentence to the message of an error, such as where a setting is set, in place. Adding it again changes
 * nothing, and a frozen error stays as it is. It must hold no secret value.
 */
export function explainError<E extends Error>(error: E, sentence: string): E {
  // The stack begins with the message, and is what Lambda writes. Where it is made late, it is made now.
  const { message, stack } = error;
  if (sentence === '' || message.endsWith(sentence)) return error;
  const explained = `${message} ${sentence}`;
  Reflect.set(error, 'message', explained);
  if (stack !== undefined)
    Reflect.set(
      error,
      'stack',
      stack.replace(message, () => explained),
    );
  return error;
}

/** An event, setting or secret value that is not fit; nothing was written. */
export class InvalidInputError extends KeyturnError {
  override name = 'InvalidInputError';
}

/** The state of the secret or the database does not allow this step. */
export class RotationRefusedError extends KeyturnError {
  override name = 'RotationRefusedError';
}

/** Secrets Manager did not do what was asked. */
export class SecretStoreError extends KeyturnError {
  override name = 'SecretStoreError';
}

/** The server of a superuser secret without a host could not be found by its tags. */
export class EndpointError extends KeyturnError {
  override name = 'EndpointError';
}

/** The database could not be reached, or did not do what was asked. */
export class DatabaseError extends KeyturnError {
  override name = 'DatabaseError';
}

/** One check that did not pass. */
export interface CheckFailure {
  readonly check: string;
  readonly reason: string;
}

/** testSecret's checks did not pass; every failure is listed. */
export class VerificationFailedError extends KeyturnError {
  override name = 'VerificationFailedError';
  readonly failures: readonly CheckFailure[];

  constructor(failures: readonly CheckFailure[], options: { cause?: unknown } = {}) {
    const list = failures.map(({ check, reason }) => `${check}: ${reason}`).join('; ');
    super({
      code: 'KEYTURN_VERIFICATION_FAILED',
      message: `The pending credential failed ${failures.length === 1 ? 'a check' : `${failures.length} checks`} (${list}).`,
      remedy:
        'AWSCURRENT was not changed; fix what the check names and let the rotation be retried.',
      retryable: true,
      quoted: failures.map(({ reason }) => reason),
      ...options,
    });
    this.failures = failures;
  }
}

const INPUT_CODES: ReadonlySet<ErrorCode> = new Set([
  'KEYTURN_INVALID_EVENT',
  'KEYTURN_INVALID_SETTING',
  'KEYTURN_INVALID_SECRET',
]);

/** Turns a refusal of a pure function into the error to throw. */
export function refusalToError(refusal: Refusal, place: ErrorPlace = {}): KeyturnError {
  const { kind: _, ...facts } = refusal;
  const options = { ...facts, ...place };
  return INPUT_CODES.has(refusal.code)
    ? new InvalidInputError(options)
    : new RotationRefusedError(options);
}
