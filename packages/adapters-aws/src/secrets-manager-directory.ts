import {
  DescribeSecretCommand,
  ListSecretsCommand,
  type Filter,
  type SecretListEntry,
} from '@aws-sdk/client-secrets-manager';
import type { ListedSecret } from '@keyturn/core';
import type { OperationPlace } from './operation.js';
import { createSend, pagesOf, present, type RequestOptions, type Send } from './requests.js';

/** How {@link SecretsManagerDirectory} is built; all of it may be left out. */
export type SecretsManagerDirectoryOptions = RequestOptions;

/** What ListSecrets can look at. */
export const SECRET_FILTER_KEYS = [
  'all',
  'description',
  'name',
  'owning-service',
  'primary-region',
  'tag-key',
  'tag-value',
] as const;

/** A filter of ListSecrets: one of the values has to fit; a leading `!` turns a value round. */
export interface SecretFilter {
  readonly key: (typeof SECRET_FILTER_KEYS)[number];
  readonly values: readonly string[];
}

/** The service's most for one page. */
const PAGE_SIZE = 100;

/**
 * Finds the secrets of an account and region, without their values. Needs ListSecrets for `list` and DescribeSecret
 * for `find`. Throttling and faults that pass are tried again, bounded.
 *
 * @example
 * const directory = new SecretsManagerDirectory({ clientConfig: { region: 'eu-west-1' } });
 * for await (const { arn } of directory.list([{ key: 'name', values: ['prod/'] }])) console.log(arn);
 */
export class SecretsManagerDirectory {
  readonly #send: Send;

  /** @throws TypeError for something that is not a client, and where both a client and a configuration are given. */
  constructor(options: SecretsManagerDirectoryOptions = {}) {
    this.#send = createSend(options);
  }

  /**
   * Every secret that passes all filters, those that are marked for deletion too. The service's list may be some
   * minutes behind. Safe to repeat.
   * @throws SecretStoreError (`KEYTURN_STORE_*`)
   */
  async *list(filters: readonly SecretFilter[]): AsyncGenerator<ListedSecret, void> {
    const place = { operation: 'ListSecrets' } as const;
    const Filters = filters.map(({ key, values }): Filter => ({ Key: key, Values: [...values] }));
    const pages = pagesOf((NextToken) => {
      const input = { Filters, NextToken, MaxResults: PAGE_SIZE, IncludePlannedDeletion: true };
      return this.#send(place, (client) => client.send(new ListSecretsCommand(input)));
    });
    for await (const page of pages) {
      for (const entry of page.SecretList ?? []) yield toListed(entry, place);
    }
  }

  /**
   * One secret by its name or ARN. Safe to repeat.
   * @throws SecretStoreError (`KEYTURN_STORE_*`), `KEYTURN_STORE_NOT_FOUND` for an unknown one
   */
  find(secretId: string): Promise<ListedSecret> {
    const place = { operation: 'DescribeSecret', secretId } as const;
    return this.#send(place, async (client) =>
      toListed(await client.send(new DescribeSecretCommand({ SecretId: secretId })), place),
    );
  }
}

function toListed(entry: SecretListEntry, place: OperationPlace): ListedSecret {
  const arn = present(entry.ARN, 'ARN', place);
  const { RotationEnabled, RotationLambdaARN, OwningService, PrimaryRegion, DeletedDate } = entry;
  return {
    arn,
    name: entry.Name ?? arn,
    ...(RotationEnabled !== undefined && { rotationEnabled: RotationEnabled }),
    ...(RotationLambdaARN !== undefined && { rotationFunction: RotationLambdaARN }),
    ...(OwningService !== undefined && { owningService: OwningService }),
    ...(PrimaryRegion !== undefined && { primaryRegion: PrimaryRegion }),
    ...(DeletedDate !== undefined && { deletedAt: DeletedDate.getTime() }),
  };
}
