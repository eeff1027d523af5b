import type { SecretDescription } from '../domain/secret-description.js';
import { unprovenLabelsOn } from '../domain/tries/unproven-labels.js';
import { KeyturnError } from '../errors.js';
import type { SecretStore } from '../ports/secret-store.js';

/**
 * A stored version of the user signs in again: takes off the labels that say that none does, which a delivery beside this
 * one may have put meanwhile. Costs a call only where there is one.
 */
export async function liftUnproven(
  store: SecretStore,
  secretId: string,
  seen: SecretDescription,
): Promise<void> {
  for (const { label, versionId: from } of unprovenLabelsOn(seen)) {
    try {
      await store.moveLabel({ secretId, label, from });
    } catch (error) {
      // It is off already.
      if (!KeyturnError.is(error, 'KEYTURN_STORE_REFUSED')) throw error;
    }
  }
}
