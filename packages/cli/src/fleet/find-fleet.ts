import type { SecretFilter, SecretsManagerDirectory } from '@keyturn/adapters-aws';
import {
  decideFleetMember,
  InvalidInputError,
  KeyturnError,
  type FleetFailure,
  type ListedSecret,
  type SkipReason,
} from '@keyturn/core';
import { secretIdProblem } from '@keyturn/core/adapter';
import { inParallel } from './in-parallel.js';

/** Which secrets are meant; both together are their union. */
export interface Selection {
  /** All of these have to fit; none at all means every secret. Undefined: nothing is listed. */
  readonly filters: readonly SecretFilter[] | undefined;
  /** Names or ARNs. */
  readonly ids: readonly string[];
}

/** A secret that is left out. */
export interface Skipped {
  readonly secret: ListedSecret;
  readonly reason: SkipReason;
}

/** What was found. */
export interface FoundFleet {
  readonly members: readonly ListedSecret[];
  readonly skipped: readonly Skipped[];
  /** Named, but not found or not allowed to be seen. */
  readonly unseen: readonly FleetFailure[];
}

/** DescribeSecret may be called 10,000 times a second; this is for the length of the way there. */
const LOOKUPS_AT_ONCE = 16;

/**
 * Finds the secrets and sorts out those that cannot be rotated. Reads no value.
 * @throws SecretStoreError where they cannot be listed
 */
export async function findFleet(
  directory: SecretsManagerDirectory,
  { filters, ids }: Selection,
  signal: AbortSignal,
): Promise<FoundFleet> {
  const found = new Map<string, ListedSecret>();
  const unseen: FleetFailure[] = [];
  if (filters !== undefined) {
    for await (const secret of directory.list(filters)) {
      if (signal.aborted) break;
      found.set(secret.arn, secret);
    }
  }
  await inParallel([...new Set(ids)], LOOKUPS_AT_ONCE, signal, async (secretId) => {
    try {
      const secret = await directory.find(secretId);
      found.set(secret.arn, secret);
    } catch (error) {
      if (!KeyturnError.is(error)) throw error;
      unseen.push({ secretId, reason: `${error.code}: ${error.message}`, code: error.code });
    }
  });
  const members: ListedSecret[] = [];
  const skipped: Skipped[] = [];
  for (const secret of found.values()) {
    const decision = decideFleetMember(secret);
    if (decision.kind === 'rotate') members.push(secret);
    else skipped.push({ secret, reason: decision.reason });
  }
  return { members, skipped, unseen };
}

/**
 * Names or ARNs, by lines or separated by tabs, as `--output text` of the AWS CLI prints them. Empty lines and what
 * follows a `#` are left out.
 * @throws InvalidInputError for a word that can be neither, with its line, before anything is asked
 */
export function parseSecretList(text: string): string[] {
  return text.split(/\r\n?|\n/).flatMap((line, index) => {
    const words = line
      .replace(/(^|\s)#.*$/, '')
      .split(/\s+/)
      .filter((word) => word !== '');
    const bad = words.find((word) => secretIdProblem(word) !== undefined);
    if (bad === undefined) return words;
    throw new InvalidInputError({
      code: 'KEYTURN_INVALID_SETTING',
      field: '--secrets-from',
      message: `Line ${index + 1} of the list names no secret: ${JSON.stringify(bad.slice(0, 80))} ${secretIdProblem(bad) ?? ''}.`,
      remedy: `Give names or ARNs by lines, such as with: aws secretsmanager list-secrets --query 'SecretList[].Name' --output text`,
    });
  });
}
