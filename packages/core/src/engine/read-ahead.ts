import { readAnew, readLabelled } from '../access/stored-values.js';
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
  const { request, strategy, memory } = context;
  const { versionId, step } = request;
  const reads = memory.hasValues
    ? undefined
    : Promise.all([
        readLabelled(context, AWSCURRENT),
        step === 'createSecret' ? undefined : readAnew(context, versionId),
      ]);
  const previous =
    step === 'setSecret' && strategy.triesPrevious ? readLabelled(context, AWSPREVIOUS) : undefined;
  // The labels decide first: a failed read of a value must not hide why the step is refused.
  reads?.catch(() => undefined);
  previous?.catch(() => undefined);
  return { values: reads, previous };
}

/** Keeps the AWSPREVIOUS value that was read ahead; like any other it is found by its version, not by its label. */
export async function keepPrevious({ memory }: StepContext, read: Promise<Value>): Promise<void> {
  try {
    const value = await read;
    if (value !== undefined) memory.keepValue(value);
  } catch (error) {
    // It may never be needed; where it is, it is read again, and that failure counts.
    if (!KeyturnError.is(error)) throw error;
  }
}
