import { parseDatabaseSecret, type DatabaseSecret } from '../domain/database-secret.js';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.js';
import type { SecretDescription, VersionId, VersionSummary } from '../domain/secret-description.js';
import { KeyturnError } from '../errors.js';
import type { StoredValue } from '../ports/secret-store.js';
import type { AccessContext } from './access-context.js';

/** The value of a version of the secret, read only if this rotation has not read it before. */
export async function readVersion(
  context: AccessContext,
  secretArn: string,
  wanted: VersionId,
): Promise<StoredValue | undefined> {
  const kept = context.memory.value(secretArn, wanted);
  if (kept !== undefined) return kept;
  const value = await readAnew(context, wanted);
  if (value !== undefined) context.memory.keepValue(value);
  return value;
}

/** The same, asked of the store in any case: the version may have got its value only now. */
export function readAnew(
  { store, secretId }: AccessContext,
  versionId: VersionId,
): Promise<StoredValue | undefined> {
  return store.readValue({ secretId, versionId });
}

/** The value that a label is on. */
export function readLabelled(
  { store, secretId }: AccessContext,
  label: string,
): Promise<StoredValue | undefined> {
  return store.readValue({ secretId, label });
}

/**
 * Parses a value, whose secrets are hidden from errors from now on.
 * @param what names the value in messages, such as `the AWSCURRENT version`
 * @returns a refusal with code `KEYTURN_INVALID_SECRET` where it is no credential
 */
export function parseStored(
  { secrets, database }: Pick<AccessContext, 'secrets' | 'database'>,
  value: StoredValue,
  what: string,
): DatabaseSecret | Refusal {
  if (value.kind === 'binary') {
    return refuse({
      code: 'KEYTURN_INVALID_SECRET',
      field: 'SecretBinary',
      message: `The value of ${what} is binary.`,
      remedy: 'Store it as SecretString, a JSON object.',
    });
  }
  secrets.add(value.text);
  const secret = parseDatabaseSecret(value.text, database.profile, what);
  if (!isRefusal(secret)) secrets.add(secret.password);
  return secret;
}

/** The same for values that are merely left out when they are not fit. */
export function parseIfFit(
  context: Pick<AccessContext, 'secrets' | 'database'>,
  value: StoredValue,
): DatabaseSecret | undefined {
  const secret = parseStored(context, value, 'an old version');
  return isRefusal(secret) ? undefined : secret;
}

/** One stored version as far as it can be seen. */
export type ListedVersion = Pick<VersionSummary, 'versionId' | 'labels'> & {
  /** Epoch milliseconds; 0 where the store does not say. */
  readonly createdAt: number;
};

/** Every version of a secret, as far as the role may see them. */
export interface ListedVersions {
  readonly versions: readonly ListedVersion[];
  /** Why those without a label are missing, if they are. */
  readonly blindSpot?: string;
}

/** Lists all versions, those without a label too; with the labelled ones alone where the role may not list. */
export async function listVersions(
  { store, secretId }: AccessContext,
  secret: SecretDescription,
): Promise<ListedVersions> {
  try {
    return { versions: await store.listVersions({ secretId }) };
  } catch (error) {
    if (!KeyturnError.is(error, 'KEYTURN_STORE_ACCESS_DENIED')) throw error;
    return {
      versions: [...secret.labels].map(([versionId, labels]) => ({
        versionId,
        labels,
        createdAt: 0,
      })),
      blindSpot: `Unlabelled versions could not be looked at: ${error.message}`,
    };
  }
}
