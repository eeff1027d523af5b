import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { LocalSecretsManager } from '../src/index.js';

/** The official client, talking to a local Secrets Manager, without retries of its own. */
export function clientFor(
  { endpoint, region }: Pick<LocalSecretsManager, 'endpoint' | 'region'>,
  otherRegion?: string,
): SecretsManagerClient {
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  return new SecretsManagerClient({
    endpoint,
    region: otherRegion ?? region,
    credentials,
    maxAttempts: 1,
  });
}
