import { readAgain } from '../access/read-again.js';
import { readVersion } from '../access/stored-values.js';
import { decideAdmission, noCurrentValue } from '../domain/decide-admission.js';
import { refuse, type Refusal } from '../domain/refusal.js';
import type { SecretDescription, VersionId } from '../domain/secret-description.js';
import { refusalToError } from '../errors.js';
import type { StoredValue } from '../ports/secret-store.js';
import { keepPrevious, readAhead } from './read-ahead.js';
import { describeSecret, type StepContext } from './step-context.js';

/** A step that may go on, as far as the labels say. */
export interface AdmittedStep {
  readonly kind: 'admitted';
  readonly secret: SecretDescription;
  readonly currentVersion: VersionId;
}

/** The same with the two values, read in the same round. */
export interface AdmittedWithValues extends AdmittedStep {
  readonly values: StepValues;
}

/** The two values a step works with. */
export interface StepValues {
  readonly current: StoredValue;
  /** Undefined before createSecret has stored it; createSecret itself sees it only where it is kept. */
  readonly pending: StoredValue | undefined;
}

/** How long labels that do not fit are read again before the step is refused: less than 2 s in all. */
const PATIENCE = { mostReads: 3, pauseMs: 600 };

/** Nothing is left to do: the version is AWSCURRENT. */
export interface AlreadyCurrent {
  readonly kind: 'already-current';
}

/** The outcome of a step that finds its version current. */
export const ALREADY_CURRENT = 'already-current';

interface LookAgain {
  readonly kind: 'look-again';
  readonly refusal: Refusal;
}

/**
 * Runs the guards over the labels. Nothing is written and no connection opened before this has passed.
 * @throws a `RotationRefusedError` of the guard that did not pass.
 */
export function admit(context: StepContext): Promise<AdmittedStep | AlreadyCurrent> {
  return lookRepeatedly(context, () => lookAtLabels(context));
}

/** The same, reading the current and the pending value in the same round. */
export function admitWithValues(
  context: StepContext,
): Promise<AdmittedWithValues | AlreadyCurrent> {
  return lookRepeatedly(context, () => lookAtValues(context));
}

async function lookRepeatedly<T extends { readonly kind: string }>(
  { clock }: StepContext,
  look: () => Promise<T | LookAgain>,
): Promise<T> {
  const looked = await readAgain(clock, PATIENCE, look, (seen) => !isLookAgain(seen));
  if (isLookAgain(looked)) throw refusalToError(looked.refusal);
  return looked;
}

function isLookAgain(looked: { readonly kind: string }): looked is LookAgain {
  return looked.kind === 'look-again';
}

async function lookAtLabels(
  context: StepContext,
): Promise<AdmittedStep | AlreadyCurrent | LookAgain> {
  const secret = await describeSecret(context);
  const admission = decideAdmission(secret, context.request.versionId);
  switch (admission.kind) {
    case 'refused':
      throw refusalToError(admission);
    case 'already-current':
    case 'look-again':
      return admission;
    case 'admitted':
      return { kind: 'admitted', secret, currentVersion: admission.currentVersion };
  }
}

async function lookAtValues(
  context: StepContext,
): Promise<AdmittedWithValues | AlreadyCurrent | LookAgain> {
  const ahead = readAhead(context);
  const admitted = await lookAtLabels(context);
  if (admitted.kind !== 'admitted') return admitted;
  const { secret } = admitted;
  if (ahead.previous !== undefined) await keepPrevious(context, ahead.previous);
  const [current, pending] = await (ahead.values ?? readVersions(context, admitted));
  if (current === undefined) throw refusalToError(refuse(noCurrentValue));
  // One reading of AWSCURRENT decides the step: the value has to be that of the labels, in the very same secret.
  const fromElsewhere = [current, pending].some((value) => value && value.secretArn !== secret.arn);
  if (current.versionId !== admitted.currentVersion || fromElsewhere) {
    return { kind: 'look-again', refusal: inMotion };
  }
  for (const value of [current, pending]) {
    if (value !== undefined) context.memory.keepValue(value);
  }
  return { ...admitted, values: { current, pending } };
}

/** The values of a step that was admitted by its labels alone. */
export async function withValues(
  context: StepContext,
  admitted: AdmittedStep,
): Promise<AdmittedWithValues> {
  const [current, pending] = await readVersions(context, admitted);
  if (current === undefined) throw refusalToError(refuse(noCurrentValue));
  return { ...admitted, values: { current, pending } };
}

function readVersions(
  context: StepContext,
  { secret, currentVersion }: AdmittedStep,
): Promise<[StoredValue | undefined, StoredValue | undefined]> {
  return Promise.all([
    readVersion(context, secret.arn, currentVersion),
    readVersion(context, secret.arn, context.request.versionId),
  ]);
}

const inMotion = refuse({
  code: 'KEYTURN_LABELS_IN_MOTION',
  message: 'AWSCURRENT moved while the secret was being read.',
  remedy: 'The next delivery reads it again.',
  retryable: true,
});
