import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
  type GetSecretValueCommandInput,
  type SecretVersionsListEntry,
} from '@aws-sdk/client-secrets-manager';
import {
  AWSPENDING,
  Sensitive,
  systemClock,
  type Clock,
  type MoveLabelRequest,
  type PutPendingRequest,
  type ReadValueRequest,
  type SecretDescription,
  type SecretStore,
  type StoredValue,
  type VersionSummary,
} from '@keyturn/core';
import { clientFrom, type ClientOptions, type SecretsManagerLike } from './client.js';
import { errorFacts, toStoreError } from './error-mapping.js';
import { withRetry } from './retry.js';

/** How a {@link SecretsManagerStore} is built; all of it may be left out. */
export interface SecretsManagerStoreOptions extends ClientOptions {
  /** Paces the retries. Default: the machine's time. */
  readonly clock?: Clock;
}

/** The versions and labels of secrets in AWS Secrets Manager. */
export class SecretsManagerStore implements SecretStore {
  readonly #client: SecretsManagerLike;
  readonly #clock: Clock;

  constructor(options: SecretsManagerStoreOptions = {}) {
    this.#client = clientFrom(options);
    this.#clock = options.clock ?? systemClock;
  }

  describe({ secretId }: { readonly secretId: string }): Promise<SecretDescription> {
    return this.#call('DescribeSecret', secretId, async () => {
      const secret = await this.#client.send(new DescribeSecretCommand({ SecretId: secretId }));
      const labels = Object.entries(secret.VersionIdsToStages ?? {});
      const behind = (secret.ReplicationStatus ?? []).filter(({ Status }) => Status !== 'InSync');
      return {
        arn: secret.ARN ?? secretId,
        labels: new Map(labels.map(([versionId, stages]) => [versionId, new Set(stages)])),
        replicasBehind: behind.map(({ Region }) => Region ?? 'unknown'),
        ...(secret.RotationEnabled !== undefined && { rotationEnabled: secret.RotationEnabled }),
        ...(secret.OwningService !== undefined && { owningService: secret.OwningService }),
      };
    });
  }

  readValue(request: ReadValueRequest): Promise<StoredValue | undefined> {
    const { secretId } = request;
    const input: GetSecretValueCommandInput =
      'label' in request
        ? { SecretId: secretId, VersionStage: request.label }
        : { SecretId: secretId, VersionId: request.versionId };
    return this.#call('GetSecretValue', secretId, async () => {
      try {
        const value = await this.#client.send(new GetSecretValueCommand(input));
        const versionId = value.VersionId ?? '';
        if (value.SecretString === undefined) return { kind: 'binary', versionId };
        return { kind: 'text', versionId, text: new Sensitive(value.SecretString) };
      } catch (error) {
        if (saysNoSuchValue(error)) return undefined;
        throw error;
      }
    });
  }

  async listVersions({ secretId }: { readonly secretId: string }): Promise<VersionSummary[]> {
    const versions: VersionSummary[] = [];
    let NextToken: string | undefined;
    do {
      const input = { SecretId: secretId, IncludeDeprecated: true, MaxResults: 100, NextToken };
      const page = await this.#call('ListSecretVersionIds', secretId, () =>
        this.#client.send(new ListSecretVersionIdsCommand(input)),
      );
      versions.push(...(page.Versions ?? []).flatMap(toSummary));
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    return versions.sort((a, b) => b.createdAt - a.createdAt);
  }

  putPending(request: PutPendingRequest): Promise<'stored' | 'already-has-value'> {
    const { secretId, versionId, text, rotationToken } = request;
    return this.#call('PutSecretValue', secretId, async () => {
      try {
        await this.#client.send(
          new PutSecretValueCommand({
            SecretId: secretId,
            ClientRequestToken: versionId,
            SecretString: text.reveal(),
            VersionStages: [AWSPENDING],
            RotationToken: rotationToken?.reveal(),
          }),
        );
        return 'stored';
      } catch (error) {
        if (errorFacts(error).name === 'ResourceExistsException') return 'already-has-value';
        throw error;
      }
    });
  }

  moveLabel({ secretId, label, from, to }: MoveLabelRequest): Promise<void> {
    return this.#call('UpdateSecretVersionStage', secretId, async () => {
      await this.#client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: secretId,
          VersionStage: label,
          RemoveFromVersionId: from,
          MoveToVersionId: to,
        }),
      );
    });
  }

  #call<T>(operation: string, secretId: string, call: () => Promise<T>): Promise<T> {
    return withRetry(this.#clock, async () => {
      try {
        return await call();
      } catch (error) {
        throw toStoreError(error, { operation, secretId });
      }
    });
  }
}

/** The service's sentence for a version or label that is not there, or has no value, as against an unknown secret. */
function saysNoSuchValue(error: unknown): boolean {
  const { name, message } = errorFacts(error);
  return name === 'ResourceNotFoundException' && /secret value/.test(message);
}

function toSummary(entry: SecretVersionsListEntry): VersionSummary[] {
  if (entry.VersionId === undefined) return [];
  const labels = new Set(entry.VersionStages ?? []);
  return [{ versionId: entry.VersionId, labels, createdAt: entry.CreatedDate?.getTime() ?? 0 }];
}
