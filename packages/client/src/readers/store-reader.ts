import type { SecretStore } from '@keyturn/core/adapter';
import type { SecretReader } from '../ports/secret-reader.js';

/**
 * Reads through core's `SecretStore`, such as the `SecretsManagerStore` of `@keyturn/adapters-aws`, which tries again
 * by itself.
 * @example
 * const reader = storeReader(new SecretsManagerStore());
 */
export function storeReader(store: Pick<SecretStore, 'readValue' | 'describe'>): SecretReader {
  return {
    async read({ secretId, label }) {
      const value = await store.readValue({ secretId, label });
      // Binary holds no credential; the text of a secret that is none is refused with its field.
      if (value?.kind !== 'text') return undefined;
      return { versionId: value.versionId, text: value.text };
    },
    async nextRotation({ secretId }) {
      return (await store.describe({ secretId })).nextRotationAt;
    },
  };
}
