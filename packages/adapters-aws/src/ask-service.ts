import { RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { AWSPENDING, systemClock, type ErrorCode, type VersionId } from '@keyturn/core';
import { versionWith } from '@keyturn/core/adapter';
import { clientFrom } from './client.js';
import { mapStoreError } from './error-mapping.js';
import { followRotation, type FollowOptions, type FollowedRotation } from './follow-rotation.js';
import type { RequestOptions } from './requests.js';
import { DEFAULT_RETRY_LIMITS, withRetry } from './retry.js';
import { SecretsManagerStore } from './secrets-manager-store.js';
import { parseServiceFault, type FaultKind } from './service-fault.js';

/** How a rotation by the service ended. */
export type ServiceRotation =
  | FollowedRotation
  /** The service did not begin; `name` and `message` are its own, `code` is keyturn's for them. */
  | {
      readonly kind: 'refused';
      readonly code: ErrorCode;
      readonly name: string;
      readonly message: string;
    };

/** What is asked of the service, and how long it is watched. */
export interface AskServiceOptions extends RequestOptions, Partial<Omit<FollowOptions, 'clock'>> {
  /**
   * Follows a rotation that is under way already, instead of reporting the service's refusal to begin another: it
   * says that it tries that one again. Default false.
   */
  readonly join?: boolean | undefined;
}

/** After these the service has read the request and answered no. All else is thrown. */
const ANSWERS: readonly FaultKind[] = [
  'access-denied',
  'key-access-denied',
  'key-unusable',
  'marked-for-deletion',
  'no-secret',
  'no-version',
  'quota',
  'refused',
  'rotation-under-way',
  'value-exists',
];

/**
 * Has the service rotate a secret (RotateSecret, with the stored function) and follows the labels until the rotation
 * is over. Needs RotateSecret and DescribeSecret; whoever calls RotateSecret also needs the permission to invoke the
 * function. Repeating it rotates once more.
 * @throws SecretStoreError where the service could not be reached or asked; the rotation may be under way then
 */
export async function askService(
  secretId: string,
  options: AskServiceOptions = {},
): Promise<ServiceRotation> {
  const { clock = systemClock, join = false } = options;
  const client = clientFrom(options);
  const store = new SecretsManagerStore({ client, clock, retry: options.retry });
  const follow = (versionId: VersionId) =>
    followRotation(store, secretId, versionId, { timeoutMs: 300_000, ...options, clock });

  const place = { operation: 'RotateSecret', secretId } as const;
  const versionId = crypto.randomUUID();
  const input = { SecretId: secretId, ClientRequestToken: versionId };
  const limits = { ...DEFAULT_RETRY_LIMITS, ...options.retry };
  try {
    const request = () => client.send(new RotateSecretCommand(input));
    await withRetry(place.operation, request, clock, limits);
  } catch (error) {
    const { kind } = parseServiceFault(error);
    const mapped = mapStoreError(error, place);
    if (!ANSWERS.includes(kind)) throw mapped;
    if (kind === 'rotation-under-way') {
      const pending = versionWith(await store.describe({ secretId }), AWSPENDING);
      // Ours, where a first try was broken off after the service had begun.
      if (pending === versionId || (join && pending !== undefined)) return follow(pending);
    }
    // RotateSecret takes and gives no value, so that its message can quote none.
    const { name, message } = error as Error;
    return { kind: 'refused', code: mapped.code, name, message };
  }
  return follow(versionId);
}
