import type {
  GetSecretValueCommandOutput,
  SecretsManagerClient,
  SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';
import { Sensitive } from '@keyturn/core';
import type { SecretReader, SecretReading } from '../ports/secret-reader.js';
import { readerError } from './reader-error.js';

/** A ready client or what one is made from, not both; with neither, the SDK's own defaults. */
export interface SecretsManagerReaderOptions {
  readonly client?: Pick<SecretsManagerClient, 'send'> | undefined;
  /** Region, endpoint, credentials and whatever else the SDK takes. */
  readonly clientConfig?: SecretsManagerClientConfig | undefined;
}

type Sdk = typeof import('@aws-sdk/client-secrets-manager');

/** No answer within so many milliseconds is a failure; the SDK itself waits for ever. */
const TIMEOUTS = { connectionTimeout: 1_000, requestTimeout: 3_000 };

/**
 * Reads with the AWS SDK, version 3 (`@aws-sdk/client-secrets-manager`, an optional peer), which is loaded at the
 * first read. Needs GetSecretValue; DescribeSecret lets refreshes come ahead of NextRotationDate and may be missing.
 * @throws TypeError for something that is not a client, and where both are given
 * @example
 * const reader = secretsManagerReader({ clientConfig: { region: 'eu-west-1' } });
 */
export function secretsManagerReader(options: SecretsManagerReaderOptions = {}): SecretReader {
  const { client: given, clientConfig } = options;
  if (given !== undefined && clientConfig !== undefined) {
    throw new TypeError('give client or clientConfig, not both');
  }
  if (given !== undefined && typeof (given as { send?: unknown } | null)?.send !== 'function') {
    throw new TypeError('client has to be a SecretsManagerClient of the AWS SDK, version 3');
  }
  let loaded: Promise<{ sdk: Sdk; client: Pick<SecretsManagerClient, 'send'> }> | undefined;
  const load = () => {
    loaded ??= import('@aws-sdk/client-secrets-manager').then((sdk) => ({
      sdk,
      client: given ?? new sdk.SecretsManagerClient({ requestHandler: TIMEOUTS, ...clientConfig }),
    }));
    return loaded;
  };

  return {
    async read({ secretId, label }) {
      const { sdk, client } = await load();
      const input = { SecretId: secretId, VersionStage: label };
      try {
        return toReading(await client.send(new sdk.GetSecretValueCommand(input)));
      } catch (error) {
        const fault = toFault(error);
        if (fault.isMissingVersion) return undefined;
        throw readerError(fault, { secretId, what: 'GetSecretValue' });
      }
    },
    async nextRotation({ secretId }) {
      const { sdk, client } = await load();
      try {
        const secret = await client.send(new sdk.DescribeSecretCommand({ SecretId: secretId }));
        return secret.NextRotationDate?.getTime();
      } catch (error) {
        throw readerError(toFault(error), { secretId, what: 'DescribeSecret' });
      }
    },
  };
}

function toReading(output: GetSecretValueCommandOutput): SecretReading | undefined {
  const { VersionId, SecretString, CreatedDate } = output;
  if (VersionId === undefined || SecretString === undefined) return undefined;
  return {
    versionId: VersionId,
    text: new Sensitive(SecretString),
    createdAt: CreatedDate?.getTime(),
  };
}

function toFault(error: unknown) {
  const { name, message, code, $metadata } = (error ?? {}) as {
    readonly name?: unknown;
    readonly message?: unknown;
    readonly code?: unknown;
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  const text = typeof message === 'string' ? message : '';
  const isNotFound = name === 'ResourceNotFoundException';
  return {
    name: typeof name === 'string' && name !== 'Error' ? name : String(code ?? name),
    status: $metadata?.httpStatusCode,
    aboutKey: /\bkms\b/i.test(text),
    // The service's words for a secret that is not there; all else is a label or a version without a value.
    isMissingVersion: isNotFound && !/can't find the specified secret\.?$/i.test(text),
  };
}
