import { SecretStoreError, type ErrorCode } from '@keyturn/core';
import type { Operation, OperationPlace } from './operation.js';
import { parseServiceFault, type FaultKind, type ServiceFault } from './service-fault.js';

/**
 * Turns what a client has thrown into the error of the port. Pure; an error of the port is given back as it is.
 * No text of the thrown error is quoted, since it may hold a value: the cause names the fault, its status and
 * the request id.
 */
export function mapStoreError(thrown: unknown, place: OperationPlace): SecretStoreError {
  if (thrown instanceof SecretStoreError) return thrown;
  const fault = parseServiceFault(thrown);
  const { message, ...rest } = VERDICTS[fault.kind](place);
  return new SecretStoreError({
    ...rest,
    message: `${place.operation} failed${forWhat(place)}: ${message}.`,
    secretId: place.secretId,
    versionId: place.versionId,
    cause: faultError(fault, place.operation),
  });
}

interface Verdict {
  readonly code: ErrorCode;
  /** A clause without a full stop. */
  readonly message: string;
  readonly remedy: string;
  readonly retryable?: boolean;
}

const VERDICTS: Readonly<Record<FaultKind, (place: OperationPlace) => Verdict>> = {
  throttled: () => ({
    code: 'KEYTURN_STORE_THROTTLED',
    message: 'Secrets Manager still throttled the request after several tries; nothing was done',
    remedy: 'A retry helps; spread rotations over time if it happens often.',
    retryable: true,
  }),
  'not-sent': () => ({
    code: 'KEYTURN_STORE_UNAVAILABLE',
    message: 'cannot connect to Secrets Manager; nothing was done',
    remedy:
      'Give the function a route to Secrets Manager (an interface endpoint or NAT) and check the endpoint and region.',
    retryable: true,
  }),
  'in-doubt': () => ({
    code: 'KEYTURN_STORE_UNAVAILABLE',
    message: 'the request was broken off or failed inside Secrets Manager',
    remedy: 'A retry finds out what was done; check the network if it happens often.',
    retryable: true,
  }),
  'access-denied': ({ operation, secretId }) => ({
    code: 'KEYTURN_STORE_ACCESS_DENIED',
    message: 'the function may not do that',
    remedy: `Allow secretsmanager:${operation} on ${secretId === undefined ? '*' : secretId} to the function's role, and look for a deny in resource, endpoint and organisation policies.`,
  }),
  'key-access-denied': ({ operation }) => ({
    code: 'KEYTURN_STORE_KEY_UNUSABLE',
    message: 'the function may not use the KMS key of the secret',
    remedy: `Allow ${keyActions(operation)} on that key to the function's role, in its IAM policy and in the key policy.`,
  }),
  'key-unusable': ({ operation }) => ({
    code: 'KEYTURN_STORE_KEY_UNUSABLE',
    message: 'the KMS key of the secret cannot be used',
    remedy: `Check that the key exists, is enabled and is not the default key of another account, and that the function's role has ${keyActions(operation)} on it.`,
  }),
  'no-region': () => ({
    code: 'KEYTURN_STORE_ACCESS_DENIED',
    message: 'no AWS region is set; nothing was sent',
    remedy: 'Set AWS_REGION, or a region in the profile with `aws configure set region <region>`.',
  }),
  'no-credentials': () => ({
    code: 'KEYTURN_STORE_ACCESS_DENIED',
    message: 'no AWS credentials were found; nothing was done',
    remedy:
      'Give the function a role. On your own machine sign in with `aws login` or `aws sso login`, and check that `aws configure list-profiles` shows the profile you named.',
  }),
  'sso-session': () => ({
    code: 'KEYTURN_STORE_ACCESS_DENIED',
    message: 'the SSO session of the AWS profile has expired or was never opened; nothing was sent',
    remedy: 'Run `aws sso login --profile <profile>` and try again.',
  }),
  'credentials-expired': () => ({
    code: 'KEYTURN_STORE_ACCESS_DENIED',
    message: 'the AWS credentials have expired; nothing was done',
    remedy:
      'Get new ones: run `aws sso login --profile <profile>`, or replace AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.',
  }),
  'key-unknown': () => ({
    code: 'KEYTURN_STORE_ACCESS_DENIED',
    message:
      'AWS does not know the access key, or its session token is not valid; nothing was done',
    remedy:
      'Check AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN, or the profile, with `aws sts get-caller-identity`; keys of another partition are unknown too.',
  }),
  credentials: () => ({
    code: 'KEYTURN_STORE_ACCESS_DENIED',
    message: 'the signature of the request was not accepted; nothing was done',
    remedy: 'Check AWS_SECRET_ACCESS_KEY or the profile, and the clock of the machine.',
  }),
  'no-secret': ({ secretId }) => ({
    code: 'KEYTURN_STORE_NOT_FOUND',
    message: 'Secrets Manager has no such secret in this region and account',
    remedy: `Check the name ${secretId ?? ''} and give the full ARN where the name ends in a hyphen and six characters.`,
  }),
  'no-version': () => ({
    code: 'KEYTURN_STORE_NOT_FOUND',
    message: 'the secret has no such version',
    remedy: 'Look at its versions; a new rotation makes a new one.',
  }),
  'marked-for-deletion': () => ({
    code: 'KEYTURN_STORE_REFUSED',
    message: 'the secret is marked for deletion',
    remedy: 'Restore it with RestoreSecret, or turn its rotation off.',
  }),
  'value-exists': () => ({
    code: 'KEYTURN_STORE_REFUSED',
    message: 'the version has another value',
    remedy: 'A stored value never changes; a new rotation makes a new version.',
  }),
  'rotation-under-way': () => ({
    code: 'KEYTURN_STORE_REFUSED',
    message: 'an earlier rotation of the secret has not finished',
    remedy: 'The service retries; if the error persists, run `keyturn doctor`.',
    retryable: true,
  }),
  quota: () => ({
    code: 'KEYTURN_STORE_REFUSED',
    message: 'the secret has as many versions or labels as Secrets Manager allows',
    remedy:
      'Rotate less often, or remove unused labels; the service deletes old versions after a day.',
  }),
  refused: ({ operation }) =>
    operation === 'UpdateSecretVersionStage'
      ? {
          code: 'KEYTURN_STORE_REFUSED',
          message: 'the label could not be moved; it may be on another version than was expected',
          remedy: 'Look at the labels of the secret; a retry reads them again.',
          retryable: true,
        }
      : {
          code: 'KEYTURN_STORE_REFUSED',
          message: 'Secrets Manager refused the request as it was made',
          remedy: 'CloudTrail has the reason, under the request id of the cause.',
        },
  unforeseen: () => ({
    code: 'KEYTURN_STORE_UNAVAILABLE',
    message: 'the client failed unexpectedly',
    remedy:
      'A retry finds out what was done; if it happens again, check how the client is configured.',
    retryable: true,
  }),
};

function keyActions(operation: Operation): string {
  return operation === 'PutSecretValue' ? 'kms:GenerateDataKey and kms:Decrypt' : 'kms:Decrypt';
}

function forWhat({ secretId, versionId }: OperationPlace): string {
  if (secretId === undefined) return '';
  return versionId === undefined ? ` for ${secretId}` : ` for version ${versionId} of ${secretId}`;
}

function faultError({ name, status, requestId }: ServiceFault, operation: Operation): Error {
  const details = [
    ...(status === undefined ? [] : [`HTTP ${status}`]),
    ...(requestId === undefined ? [] : [`request ${requestId}`]),
  ];
  const error = new Error(
    `${operation} ended in ${name}${details.length === 0 ? '' : ` (${details.join(', ')})`}`,
  );
  error.name = name;
  return error;
}
