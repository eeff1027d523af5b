import { KeyturnError, type KeyturnErrorOptions } from '@keyturn/core';

/**
 * No sign-in came about because of the credential. Codes: `KEYTURN_CREDENTIAL_REFUSED` where the server refuses
 * every credential that may be tried, `KEYTURN_CREDENTIAL_TIMEOUT` where none was to be had within the deadline.
 *
 * Its `code` is none of a network, so that no library takes it for an unreachable server, and it holds no secret.
 */
export class CredentialError extends KeyturnError {
  override name = 'CredentialError';
}

/** What every waiting caller is told; made anew for each, since libraries write into the errors they are given. */
export type ErrorTemplate = KeyturnErrorOptions | KeyturnError;

/** An error of its own for one caller. */
export function errorFrom(template: ErrorTemplate): KeyturnError {
  if (!(template instanceof Error)) return new CredentialError(template);
  const { code, remedy, field, retryable, secretId, versionId, cause } = template;
  const copy = new KeyturnError({
    code,
    message: template.message,
    field,
    retryable,
    secretId,
    versionId,
    cause,
  });
  copy.name = template.name;
  return Object.assign(copy, { remedy });
}

/** The server's answer without the object it came in, which may hold a whole connection's settings. */
export function refusalCause(sqlState: string): Error {
  return Object.assign(new Error(`the server refused the sign-in with SQLSTATE ${sqlState}`), {
    code: sqlState,
  });
}

/** What everybody is told while the circuit is open. */
export function refusedTemplate(secretId: string, sqlState: string): KeyturnErrorOptions {
  return {
    code: 'KEYTURN_CREDENTIAL_REFUSED',
    message: `The server refuses what ${secretId} holds (SQLSTATE ${sqlState}), after AWSCURRENT was read again.`,
    remedy:
      'Run `keyturn doctor` to see which stored version signs in. A new version is tried automatically; the refused one is not.',
    retryable: true,
    secretId,
    cause: refusalCause(sqlState),
  };
}

/** For a secret whose AWSCURRENT has no value. */
export function noValueTemplate(secretId: string): KeyturnErrorOptions {
  return {
    code: 'KEYTURN_NO_CURRENT_VALUE',
    message: `${secretId} has no AWSCURRENT value.`,
    remedy: 'Store the credential that works.',
    secretId,
  };
}

/** For a caller whose time is over. */
export function timeoutTemplate(
  secretId: string,
  deadlineMs: number,
  waitedFor: string,
): KeyturnErrorOptions {
  return {
    code: 'KEYTURN_CREDENTIAL_TIMEOUT',
    message: `No credential of ${secretId} was available within ${deadlineMs} ms: ${waitedFor}.`,
    remedy:
      'Look whether Secrets Manager and the server answer; a longer deadline bridges a longer gap.',
    retryable: true,
    secretId,
  };
}
