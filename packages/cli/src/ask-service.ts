import { RotateSecretCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AWSCURRENT, AWSPENDING, versionWith, type Clock, type SecretStore } from '@keyturn/core';

/** How a rotation by the service ended. */
export type ServiceRotation =
  | { readonly kind: 'rotated'; readonly versionId: string }
  /** The service did not begin; `message` is its own. */
  | { readonly kind: 'refused'; readonly name: string; readonly message: string }
  /** AWSPENDING was taken off the version without AWSCURRENT having moved to it. */
  | { readonly kind: 'abandoned'; readonly versionId: string }
  | { readonly kind: 'timeout'; readonly versionId: string };

/** What is asked of the service, and how long it is watched. */
export interface AskServiceOptions {
  readonly client: SecretsManagerClient;
  readonly store: SecretStore;
  readonly clock: Clock;
  readonly secretId: string;
  /** Milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Is told whenever the labels have changed. */
  onProgress(text: string): void;
}

const POLL_MS = 500;

/** Has the service rotate a secret and follows the labels until the rotation is over. */
export async function askService(options: AskServiceOptions): Promise<ServiceRotation> {
  const { client, store, clock, secretId, timeoutMs, signal, onProgress } = options;
  const versionId = crypto.randomUUID();
  try {
    await client.send(
      new RotateSecretCommand({ SecretId: secretId, ClientRequestToken: versionId }),
    );
  } catch (error) {
    const { name, message } = error as Error;
    return { kind: 'refused', name, message };
  }
  const giveUpAt = clock.now() + timeoutMs;
  let shown = '';
  let pendingSeen = false;
  while (clock.now() < giveUpAt && !signal.aborted) {
    const secret = await store.describe({ secretId });
    const pending = versionWith(secret, AWSPENDING);
    const current = versionWith(secret, AWSCURRENT);
    const labels = [...(secret.labels.get(versionId) ?? [])].sort().join(' ') || 'no label';
    if (labels !== shown) onProgress(`version ${versionId}: ${labels}`);
    shown = labels;
    pendingSeen ||= pending === versionId;
    const over = pending === undefined || pending === current;
    if (current === versionId && over) return { kind: 'rotated', versionId };
    // Reads lag writes: before the label was seen, its absence says nothing.
    if (pendingSeen && pending !== versionId && current !== versionId) {
      return { kind: 'abandoned', versionId };
    }
    await clock.sleep(POLL_MS);
  }
  return { kind: 'timeout', versionId };
}
