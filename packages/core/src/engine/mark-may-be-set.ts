import { MAY_BE_SET, moveToChanging } from '../domain/tries/may-be-set.js';
import { KeyturnError } from '../errors.js';
import type { SecretDescription, VersionId } from '../domain/secret-description.js';
import type { StepContext } from './step-context.js';

/**
 * Says by a staging label, right before the password of a version is set, that it may be set from now on. Ordinarily the label
 * came with the value, and nothing is asked of the store. Without the right to it the rotation goes on: the label is
 * there to heal a rotation that was given up, and tells then which of several.
 */
export async function markMayBeSet(
  { store, secretId }: StepContext,
  secret: SecretDescription,
  to: VersionId,
): Promise<void> {
  const move = moveToChanging(secret, to);
  if (move === undefined) return;
  try {
    await store.moveLabel({ secretId, label: MAY_BE_SET, from: move.from, to });
  } catch (error) {
    if (!EXPECTED.some((code) => KeyturnError.is(error, code))) throw error;
  }
}

/** No right to it; or another delivery has moved it already. */
const EXPECTED = ['KEYTURN_STORE_ACCESS_DENIED', 'KEYTURN_STORE_REFUSED'] as const;
