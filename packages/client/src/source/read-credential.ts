import { isRefusal } from '@keyturn/core';
import { refusalToError } from '@keyturn/core/adapter';
import type { Credential, CredentialLabel } from '../domain/credential.js';
import { parseCredential } from '../domain/parse-credential.js';
import type { SecretReader } from '../ports/secret-reader.js';

/**
 * Reads one version and what it holds.
 * @returns `none` where no version has the label
 * @throws what the reader throws; InvalidInputError `KEYTURN_INVALID_SECRET` for a value that is no credential
 */
export async function readCredential(
  reader: SecretReader,
  request: { readonly secretId: string; readonly label: CredentialLabel; readonly fresh: boolean },
): Promise<Credential | 'none'> {
  const { secretId, label } = request;
  const reading = await reader.read(request);
  if (reading === undefined) return 'none';
  const { text, versionId, createdAt, mayBeBehind } = reading;
  const parsed = parseCredential(text, `the ${label} version of ${secretId}`);
  if (isRefusal(parsed)) throw refusalToError(parsed, { secretId, versionId });
  return { ...parsed, versionId, label, createdAt, mayBeBehind };
}
