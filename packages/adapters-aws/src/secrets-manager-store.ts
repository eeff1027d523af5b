import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
  type GetSecretValueCommandOutput,
  type SecretVersionsListEntry,
} from '@aws-sdk/client-secrets-manager';
import { AWSPENDING, Sensitive } from '@keyturn/core';
import type {
  MoveLabelRequest,
  PutPendingRequest,
  ReadValueRequest,
  SecretDescription,
  SecretStore,
  StoredValue,
  ValueOrigin,
  VersionSummary,
} from '@keyturn/core/adapter';
import { createSend, pagesOf, present, type RequestOptions, type Send } from './requests.js';
import { isFault } from './service-fault.js';

/** How a {@link SecretsManagerStore} is built; all of it may be left out. */
export type SecretsManagerStoreOptions = RequestOptions;

/**
 * The versions and labels of secrets in AWS Secrets Manager.
 *
 * Needs DescribeSecret, GetSecretValue, PutSecretValue and UpdateSecretVersionStage; ListSecretVersionIds only for
 * `listVersions`. Throttling and faults that pass are tried again, bounded; every error is a `SecretStoreError` that
 * holds no value and nothing of what the client has thrown but its name, its status and the request id.
 *
 * @example
 * const store = new SecretsManagerStore({ clientConfig: { region: 'eu-west-1' } });
 */
export class SecretsManagerStore implements SecretStore {
  readonly #send: Send;

  /** @throws TypeError for something that is not a client, and where both a client and a configuration are given. */
  constructor(options: SecretsManagerStoreOptions = {}) {
    this.#send = createSend(options);
  }

  describe({ secretId }: { readonly secretId: string }): Promise<SecretDescription> {
    const place = { operation: 'DescribeSecret', secretId } as const;
    return this.#send(place, async (client) => {
      const secret = await client.send(new DescribeSecretCommand({ SecretId: secretId }));
      const labels = Object.entries(secret.VersionIdsToStages ?? {});
      const behind = (secret.ReplicationStatus ?? []).filter(({ Status }) => Status !== 'InSync');
      return {
        arn: present(secret.ARN, 'ARN', place),
        labels: new Map(labels.map(([versionId, stages]) => [versionId, new Set(stages)])),
        replicasBehind: behind.map(({ Region }) => Region ?? 'unknown'),
        ...(secret.RotationEnabled !== undefined && { rotationEnabled: secret.RotationEnabled }),
        ...(secret.RotationLambdaARN !== undefined && {
          rotationFunction: secret.RotationLambdaARN,
        }),
        ...(secret.LastRotatedDate !== undefined && {
          lastRotatedAt: secret.LastRotatedDate.getTime(),
        }),
        ...(secret.NextRotationDate !== undefined && {
          nextRotationAt: secret.NextRotationDate.getTime(),
        }),
        ...(secret.OwningService !== undefined && { owningService: secret.OwningService }),
        ...(secret.Tags?.length && {
          tags: new Map(secret.Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
        }),
      };
    });
  }

  readValue(request: ReadValueRequest): Promise<StoredValue | undefined> {
    const { secretId } = request;
    const [which, versionId] =
      'label' in request
        ? [{ VersionStage: request.label }]
        : [{ VersionId: request.versionId }, request.versionId];
    const place = { operation: 'GetSecretValue', secretId, versionId } as const;
    return this.#send(place, async (client) => {
      try {
        const value = await client.send(
          new GetSecretValueCommand({ SecretId: secretId, ...which }),
        );
        return toStoredValue(value, {
          secretArn: present(value.ARN, 'ARN', place),
          versionId: present(value.VersionId, 'VersionId', place),
        });
      } catch (error) {
        if (isFault(error, 'no-version')) return undefined;
        throw error;
      }
    });
  }

  async listVersions({ secretId }: { readonly secretId: string }): Promise<VersionSummary[]> {
    const place = { operation: 'ListSecretVersionIds', secretId } as const;
    const versions: VersionSummary[] = [];
    const pages = pagesOf((NextToken) => {
      const input = { SecretId: secretId, IncludeDeprecated: true, MaxResults: 100, NextToken };
      return this.#send(place, (client) => client.send(new ListSecretVersionIdsCommand(input)));
    });
    for await (const page of pages) {
      for (const entry of page.Versions ?? []) versions.push(...toSummary(entry));
    }
    return versions.sort((a, b) => b.createdAt - a.createdAt);
  }

  async putPending(request: PutPendingRequest): Promise<'stored' | 'already-has-value'> {
    const { secretId, versionId, text, rotationToken } = request;
    const place = { operation: 'PutSecretValue', secretId, versionId } as const;
    const stored = await this.#send(place, async (client) => {
      try {
        await client.send(
          new PutSecretValueCommand({
            SecretId: secretId,
            ClientRequestToken: versionId,
            SecretString: text.reveal(),
            VersionStages: [AWSPENDING],
            ...(rotationToken !== undefined && { RotationToken: rotationToken.reveal() }),
          }),
        );
        return true;
      } catch (error) {
        if (isFault(error, 'value-exists')) return false;
        throw error;
      }
    });
    if (stored) return 'stored';
    // The live service takes the same value twice; its documentation says that it may refuse, so look.
    const held = await this.readValue({ secretId, versionId });
    return held?.kind === 'text' && held.text.equals(text) ? 'stored' : 'already-has-value';
  }

  async moveLabel({ secretId, label, from, to }: MoveLabelRequest): Promise<void> {
    const place = { operation: 'UpdateSecretVersionStage', secretId, versionId: to } as const;
    await this.#send(place, (client) =>
      client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: secretId,
          VersionStage: label,
          ...(from !== undefined && { RemoveFromVersionId: from }),
          ...(to !== undefined && { MoveToVersionId: to }),
        }),
      ),
    );
  }
}

function toStoredValue(
  { SecretString, SecretBinary }: GetSecretValueCommandOutput,
  origin: ValueOrigin,
): StoredValue | undefined {
  if (SecretString !== undefined) {
    return { kind: 'text', ...origin, text: new Sensitive(SecretString) };
  }
  return SecretBinary === undefined ? undefined : { kind: 'binary', ...origin };
}

function toSummary(entry: SecretVersionsListEntry): VersionSummary[] {
  if (entry.VersionId === undefined) return [];
  const labels = new Set(entry.VersionStages ?? []);
  return [{ versionId: entry.VersionId, labels, createdAt: entry.CreatedDate?.getTime() ?? 0 }];
}
