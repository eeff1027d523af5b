import { KeyturnError, SecretStoreError } from '@keyturn/core';
import { askService, type AskServiceOptions } from './ask-service.js';
import { clientFrom } from './client.js';

/** How {@link serviceRotator} is built; all of it may be left out. */
export type ServiceRotatorOptions = Omit<AskServiceOptions, 'join' | 'onProgress' | 'signal'>;

/**
 * The unit of work of a fleet: a function of one secret id that has the service rotate the secret and resolves once
 * AWSCURRENT has moved. For `rotateFleet`, or for another engine, such as a Distributed Map of Step Functions.
 *
 * Safe to repeat: a rotation that is still under way is followed, otherwise the secret is rotated once more.
 *
 * The function throws `KEYTURN_ROTATION_UNFINISHED` where the service was still at it when the time was up (it goes
 * on by itself), `KEYTURN_ROTATION_ABANDONED` where AWSPENDING was taken off, and `KEYTURN_STORE_*` where the
 * service did not begin.
 *
 * @example
 * const rotate = serviceRotator({ timeoutMs: 600_000 });
 * export const handler = ({ secretId }: { secretId: string }) => rotate(secretId);
 */
export function serviceRotator(
  options: ServiceRotatorOptions = {},
): (secretId: string) => Promise<void> {
  const { clientConfig: _, ...rest } = options;
  // One client for all, so that connections are kept.
  const client = clientFrom(options);
  return async (secretId) => {
    const result = await askService(secretId, { ...rest, client, join: true });
    switch (result.kind) {
      case 'rotated':
        return;
      case 'refused':
        throw new SecretStoreError({
          code: result.code,
          message: `Secrets Manager did not rotate the secret: ${result.message} (${result.name})`,
          quoted: [result.message, result.name],
          secretId,
        });
      case 'abandoned':
        throw new KeyturnError({
          code: 'KEYTURN_ROTATION_ABANDONED',
          message: `AWSPENDING was taken off version ${result.versionId} before AWSCURRENT had moved to it.`,
          remedy: 'Look with `keyturn doctor`, and rotate again.',
          secretId,
          versionId: result.versionId,
        });
      case 'timeout':
        throw new KeyturnError({
          code: 'KEYTURN_ROTATION_UNFINISHED',
          message: `The service was still at version ${result.versionId} when the time was up.`,
          remedy: 'The service retries a failed rotation; `keyturn doctor` shows its state.',
          retryable: true,
          secretId,
          versionId: result.versionId,
        });
    }
  };
}
