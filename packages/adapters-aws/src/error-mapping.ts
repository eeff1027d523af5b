import { SecretStoreError, type ErrorCode } from '@keyturn/core';

/** What was asked for when an error came back. */
export interface FailedCall {
  /** The operation as IAM names it, such as `PutSecretValue`. */
  readonly operation: string;
  readonly secretId?: string | undefined;
}

interface Meaning {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
  readonly retryable?: boolean;
}

const THROTTLING: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'RequestThrottledException',
  'RequestThrottled',
  'TooManyRequestsException',
  'SlowDown',
]);

const DENIED: ReadonlySet<string> = new Set(['AccessDeniedException', 'AccessDenied']);

const NO_CREDENTIALS: ReadonlySet<string> = new Set([
  'CredentialsProviderError',
  'UnrecognizedClientException',
  'ExpiredTokenException',
  'InvalidSignatureException',
]);

const KEY_TROUBLE: ReadonlySet<string> = new Set([
  'DecryptionFailure',
  'EncryptionFailure',
  'KMSAccessDeniedException',
  'KMSDisabledException',
  'KMSInvalidStateException',
  'KMSNotFoundException',
]);

/**
 * Says what an error of the SDK means. The service's own words are kept only for the errors known to hold no
 * value; the error itself never is, since it refers to the request.
 */
export function toStoreError(error: unknown, call: FailedCall): SecretStoreError {
  const { secretId } = call;
  return new SecretStoreError({ ...meaningOf(errorFacts(error), call), secretId });
}

interface ErrorFacts {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
}

/** The name, the message and the HTTP status of whatever the SDK has thrown. */
export function errorFacts(error: unknown): ErrorFacts {
  if (typeof error !== 'object' || error === null) {
    return { name: typeof error, message: '', status: undefined };
  }
  const { name, message, $metadata } = error as {
    name?: unknown;
    message?: unknown;
    $metadata?: { httpStatusCode?: unknown };
  };
  const status = $metadata?.httpStatusCode;
  return {
    name: typeof name === 'string' ? name : 'Error',
    message: typeof message === 'string' ? message : '',
    status: typeof status === 'number' ? status : undefined,
  };
}

function meaningOf({ name, message, status }: ErrorFacts, { operation }: FailedCall): Meaning {
  const action = `secretsmanager:${operation}`;
  if (KEY_TROUBLE.has(name) || (DENIED.has(name) && /\bKMS\b|kms:/.test(message))) {
    return {
      code: 'KEYTURN_STORE_KEY_UNUSABLE',
      message: `${operation} failed because the secret's KMS key could not be used (${name}).`,
      remedy:
        "Allow kms:Decrypt and kms:GenerateDataKey on the secret's key to the function's role, and make sure that the key is enabled.",
    };
  }
  if (DENIED.has(name)) {
    return {
      code: 'KEYTURN_STORE_ACCESS_DENIED',
      message: `The role is not allowed ${action} on this secret.`,
      remedy: `Add ${action} for this secret to the function's role, or to the secret's resource policy.`,
    };
  }
  if (NO_CREDENTIALS.has(name)) {
    return {
      code: 'KEYTURN_STORE_ACCESS_DENIED',
      message: `${operation} could not be signed with usable AWS credentials (${name}).`,
      remedy: 'Give the function a role, or the process credentials that are still valid.',
    };
  }
  if (name === 'ResourceNotFoundException') {
    return {
      code: 'KEYTURN_STORE_NOT_FOUND',
      message: 'Secrets Manager finds no such secret, version or label.',
      remedy: 'Check the secret id, the account and the region.',
    };
  }
  if (THROTTLING.has(name) || status === 429) {
    return {
      code: 'KEYTURN_STORE_THROTTLED',
      message: `Secrets Manager throttled ${operation}, and went on doing so while it was retried.`,
      remedy: 'Rotate fewer secrets at once; the service retries this one.',
      retryable: true,
    };
  }
  // An answer below 500 is the service's own word; no answer at all, or 5xx, may have been carried out or not.
  if (status === undefined || status >= 500) {
    return {
      code: 'KEYTURN_STORE_UNAVAILABLE',
      message: `Secrets Manager gave no usable answer to ${operation} (${name}).`,
      remedy:
        'Check the route to it: a VPC endpoint or a NAT gateway, its security group, and SECRETS_MANAGER_ENDPOINT.',
      retryable: true,
    };
  }
  return {
    code: 'KEYTURN_STORE_REFUSED',
    message: `Secrets Manager refused ${operation} (${name})${hint(message)}.`,
    remedy: 'Look at the state of the secret: its labels, its deletion date, its policy.',
  };
}

/** Sentences of the service that help and can hold no value; the rest may quote its input. */
const HARMLESS = [
  /marked for deletion/,
  /staging label \w+ is currently attached to version/i,
  /you must explicitly reference that version/,
  /must be set to the version that currently has the staging label/,
];

function hint(message: string): string {
  return HARMLESS.some((words) => words.test(message)) ? `: ${message.replace(/\.$/, '')}` : '';
}
