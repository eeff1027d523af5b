import { SecretStoreError, type ErrorCode } from '@keyturn/core';

interface Verdict {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
  readonly retryable: boolean;
}

const DENIED: Verdict = {
  code: 'KEYTURN_STORE_ACCESS_DENIED',
  message: 'the process may not read it',
  remedy: 'Allow secretsmanager:GetSecretValue on the secret, and look at the resource policies.',
  retryable: false,
};
const SIGNATURE: Verdict = {
  code: 'KEYTURN_STORE_ACCESS_DENIED',
  message: 'the request could not be signed, or its signature was not accepted',
  remedy: 'Check the region, the credentials of the process and the clock of the machine.',
  retryable: false,
};
const KEY: Verdict = {
  code: 'KEYTURN_STORE_KEY_UNUSABLE',
  message: "the secret's KMS key cannot be used",
  remedy: 'Allow kms:Decrypt on the key, and check that it is enabled.',
  retryable: false,
};
const MISSING: Verdict = {
  code: 'KEYTURN_STORE_NOT_FOUND',
  message: 'there is no such secret in this region and account',
  remedy: 'Check the name, and give the full ARN where it ends in a hyphen and six characters.',
  retryable: false,
};
const THROTTLED: Verdict = {
  code: 'KEYTURN_STORE_THROTTLED',
  message: 'the request was throttled',
  remedy: 'Give a longer maxAgeMs where it happens often.',
  retryable: true,
};
const REFUSED: Verdict = {
  code: 'KEYTURN_STORE_REFUSED',
  message: 'the request was refused as it was made',
  remedy: 'Check that the secret is not marked for deletion.',
  retryable: false,
};
const UNAVAILABLE: Verdict = {
  code: 'KEYTURN_STORE_UNAVAILABLE',
  message: 'there was no answer, or a failure of the service',
  remedy: 'Check the endpoint, the region and the route to it.',
  retryable: true,
};

/** Names of errors, as the service and the SDK give them. */
const BY_NAME: readonly (readonly [name: RegExp, verdict: Verdict])[] = [
  [/^(KMS|Decryption|Encryption)/, KEY],
  [/^AccessDenied/, DENIED],
  [/^ResourceNotFound/, MISSING],
  [/Throttl|^TooManyRequests|^RequestLimitExceeded|^SlowDown/, THROTTLED],
  [
    /^(CredentialsProvider|TokenProvider|ExpiredToken|IncompleteSignature|InvalidClientToken|InvalidSignature|MissingAuthentication|RequestExpired|UnrecognizedClient)/,
    SIGNATURE,
  ],
  [/^Invalid(Parameter|Request)|^Validation/, REFUSED],
];

/** What a failed request is known by. */
export interface ReaderFault {
  /** The error's name, such as `ThrottlingException`. */
  readonly name: string;
  readonly status?: number | undefined;
  /** About the KMS key, which only the text tells. */
  readonly aboutKey?: boolean | undefined;
}

/** Pure. Nothing of the thrown error's text goes on, since it may quote a value. */
export function readerError(
  fault: ReaderFault,
  place: { readonly secretId: string; readonly what: string },
): SecretStoreError {
  const { code, message, remedy, retryable } = verdictOn(fault);
  const name = /^[\w.-]{1,64}$/.test(fault.name) ? fault.name : 'Error';
  const status = fault.status === undefined ? '' : `, HTTP ${fault.status}`;
  return new SecretStoreError({
    code,
    message: `${place.what} failed for ${place.secretId}: ${message} (${name}${status}).`,
    remedy,
    retryable,
    secretId: place.secretId,
  });
}

function verdictOn({ name, status = 0, aboutKey = false }: ReaderFault): Verdict {
  const known = BY_NAME.find(([pattern]) => pattern.test(name))?.[1];
  if (known === DENIED && aboutKey) return KEY;
  if (known !== undefined) return known;
  if (status === 429) return THROTTLED;
  if (status === 401 || status === 403) return DENIED;
  return status >= 400 && status < 500 ? REFUSED : UNAVAILABLE;
}
