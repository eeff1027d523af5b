import type { VersionId } from '../domain/secret-description.js';
import { AWSCURRENT, AWSPREVIOUS } from '../domain/staging-label.js';
import { KeyturnError } from '../errors.js';
import type { StoredValue } from '../ports/secret-store.js';
import type { StepContext } from './step-context.js';

/** Reads that were started together with that of the labels. */
export interface ReadsAhead {
  /** Undefined where the values are kept from an earlier step; they are looked up by their version then. */
  readonly values: Promise<readonly [Value, Value]> | undefined;
  readonly previous: Promise<Value> | undefined;
}

type Value = StoredValue | undefined;

/**
 * Starts to read what the step will need, before the labels say which versions count. createSecret ordinarily
 * finds no pending value, and storing one says whether it does, so that it does not ask.
 */
export function readAhead(context: StepContext): ReadsAhead {
  const { store, request, strategy, values } = context;
  const { secretId, versionId, step } = request;
  const reads = values.mayHold(versionId)
    ? undefined
    : Promise.all([
        store.readValue({ secretId, label: AWSCURRENT }),
        step === 'createSecret' ? undefined : store.readValue({ secretId, versionId }),
      ]);
  const previous =
    step === 'setSecret' && strategy.triesPrevious
      ? store.readValue({ secretId, label: AWSPREVIOUS })
      : undefined;
  // The labels decide first: a failed read of a value must not hide why the step is refused.
  reads?.catch(() => undefined);
  previous?.catch(() => undefined);
  return { values: reads, previous };
}

/** The value of a version of the secret, read only if no earlier step of this rotation has left it. */
export async function readVersion(
  context: StepContext,
  secretArn: string,
  wanted: VersionId,
): Promise<Value> {
  const { store, request, values } = context;
  const { secretId, versionId } = request;
  const kept = values.find({ secretArn, versionId }, wanted);
  if (kept !== undefined) return kept;
  const value = await store.readValue({ secretId, versionId: wanted });
  if (value !== undefined) values.keep({ secretArn, versionId }, value);
  return value;
}

/** Keeps the AWSPREVIOUS value that was read ahead; like any other it is found by its version, not by its label. */
export async function keepPrevious(
  { values, request }: StepContext,
  secretArn: string,
  read: Promise<Value>,
): Promise<void> {
  try {
    const value = await read;
    if (value !== undefined) values.keep({ secretArn, versionId: request.versionId }, value);
  } catch (error) {
    // It may never be needed; where it is, it is read again, and that failure counts.
    if (!KeyturnError.is(error)) throw error;
  }
}
