import { inspect } from 'node:util';
import { SecretStoreError } from '@keyturn/core';
import { mapStoreError } from '../src/error-mapping.js';
import type { Operation } from '../src/operation.js';

const secretId = 'orders';

/** What the SDK throws for an answer of the service. */
function answer(name: string, message: string, status = 400): Error {
  const $metadata = { httpStatusCode: status, requestId: '5dca92b8-6b15-4aeb-9008-86245f901db1' };
  return Object.assign(new Error(message), { name, $fault: 'client', $metadata });
}

/** What the SDK throws where a request is not even signed. */
function unsigned(message: string): Error {
  return Object.assign(new Error(message), { name: 'CredentialsProviderError' });
}

function network(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { code });
}

type Row = readonly [Operation, thrown: Error, expected: Partial<SecretStoreError>];

describe('the error for a failed request', () => {
  const rows: readonly Row[] = [
    [
      'PutSecretValue',
      answer('AccessDeniedException', 'User: arn:aws:x is not authorized to perform: that'),
      {
        code: 'KEYTURN_STORE_ACCESS_DENIED',
        remedy: expect.stringContaining('secretsmanager:PutSecretValue on orders'),
      },
    ],
    [
      'GetSecretValue',
      answer('AccessDeniedException', 'Access to KMS is not allowed'),
      { code: 'KEYTURN_STORE_KEY_UNUSABLE', remedy: expect.stringContaining('kms:Decrypt') },
    ],
    [
      'PutSecretValue',
      answer('AccessDeniedException', 'not authorized to perform: kms:GenerateDataKey on key'),
      {
        code: 'KEYTURN_STORE_KEY_UNUSABLE',
        remedy: expect.stringContaining('kms:GenerateDataKey'),
      },
    ],
    [
      'GetSecretValue',
      answer('DecryptionFailure', 'The key is disabled.'),
      { code: 'KEYTURN_STORE_KEY_UNUSABLE', remedy: expect.stringContaining('enabled') },
    ],
    [
      'GetSecretValue',
      answer(
        'InvalidRequestException',
        "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key.",
      ),
      { code: 'KEYTURN_STORE_KEY_UNUSABLE', remedy: expect.stringContaining('another account') },
    ],
    [
      'DescribeSecret',
      answer('ResourceNotFoundException', "Secrets Manager can't find the specified secret."),
      { code: 'KEYTURN_STORE_NOT_FOUND', remedy: expect.stringContaining('orders') },
    ],
    [
      'DescribeSecret',
      answer('ExpiredTokenException', 'The security token included in the request is expired'),
      { code: 'KEYTURN_STORE_ACCESS_DENIED', message: expect.stringContaining('have expired') },
    ],
    [
      'DescribeSecret',
      answer(
        'UnrecognizedClientException',
        'The security token included in the request is invalid.',
      ),
      { code: 'KEYTURN_STORE_ACCESS_DENIED', message: expect.stringContaining('access key') },
    ],
    [
      'DescribeSecret',
      answer('InvalidSignatureException', 'The request signature we calculated does not match'),
      { code: 'KEYTURN_STORE_ACCESS_DENIED', remedy: expect.stringContaining('clock') },
    ],
    [
      'DescribeSecret',
      unsigned('Could not load credentials from any providers'),
      { code: 'KEYTURN_STORE_ACCESS_DENIED', remedy: expect.stringContaining('aws login') },
    ],
    [
      'DescribeSecret',
      unsigned('The SSO session token associated with profile=x was not found or is invalid.'),
      { code: 'KEYTURN_STORE_ACCESS_DENIED', remedy: expect.stringContaining('aws sso login') },
    ],
    [
      'DescribeSecret',
      unsigned('The SSO session associated with this profile is invalid.'),
      { code: 'KEYTURN_STORE_ACCESS_DENIED', remedy: expect.stringContaining('aws sso login') },
    ],
    [
      'GetSecretValue',
      answer(
        'AccessDeniedException',
        'User: arn:aws:sts::1:assumed-role/kms-reader/x is not authorized to perform: secretsmanager:GetSecretValue on resource: kms-orders because no identity-based policy allows the secretsmanager:GetSecretValue action',
      ),
      {
        code: 'KEYTURN_STORE_ACCESS_DENIED',
        remedy: expect.stringContaining('secretsmanager:GetSecretValue'),
      },
    ],
    [
      'DescribeSecret',
      new Error('Region is missing'),
      { code: 'KEYTURN_STORE_ACCESS_DENIED', remedy: expect.stringContaining('AWS_REGION') },
    ],
    [
      'PutSecretValue',
      answer(
        'InvalidRequestException',
        "You can't perform this operation on the secret because it was marked for deletion.",
      ),
      { code: 'KEYTURN_STORE_REFUSED', remedy: expect.stringContaining('RestoreSecret') },
    ],
    [
      'PutSecretValue',
      answer('LimitExceededException', 'too many'),
      { code: 'KEYTURN_STORE_REFUSED', remedy: expect.stringContaining('versions') },
    ],
    [
      'UpdateSecretVersionStage',
      answer('InvalidParameterException', 'When you move staging label AWSCURRENT, ...'),
      { code: 'KEYTURN_STORE_REFUSED', retryable: true },
    ],
    [
      'PutSecretValue',
      answer('ValidationException', 'Invalid name.'),
      { code: 'KEYTURN_STORE_REFUSED', retryable: false },
    ],
    [
      'DescribeSecret',
      answer('ThrottlingException', 'Rate exceeded'),
      { code: 'KEYTURN_STORE_THROTTLED', retryable: true },
    ],
    [
      'DescribeSecret',
      answer('SomethingNew', '', 429),
      { code: 'KEYTURN_STORE_THROTTLED', retryable: true },
    ],
    [
      'DescribeSecret',
      answer('SomethingNew', '', 503),
      { code: 'KEYTURN_STORE_UNAVAILABLE', retryable: true },
    ],
    [
      'DescribeSecret',
      network('ENOTFOUND'),
      {
        code: 'KEYTURN_STORE_UNAVAILABLE',
        retryable: true,
        message: expect.stringContaining('nothing was done'),
      },
    ],
    [
      'DescribeSecret',
      network('ECONNRESET'),
      { code: 'KEYTURN_STORE_UNAVAILABLE', retryable: true },
    ],
    ['DescribeSecret', new Error('?'), { code: 'KEYTURN_STORE_UNAVAILABLE', retryable: true }],
  ];

  it.each(rows.map(([operation, thrown, expected]) => ({ operation, thrown, expected })))(
    'of $operation after $thrown.name, "$thrown.message", says what to do',
    (row) => {
      const { operation, thrown, expected } = row;
      const error = mapStoreError(thrown, { operation, secretId });

      expect(error).toBeInstanceOf(SecretStoreError);
      expect(error).toMatchObject({ secretId, retryable: false, ...expected });
      expect(error.message).toMatch(new RegExp(`^${operation} failed for orders: `));
    },
  );

  it('names the action on everything where there is no secret', () => {
    const error = mapStoreError(answer('AccessDeniedException', ''), {
      operation: 'GetRandomPassword',
    });

    expect(error.remedy).toContain('secretsmanager:GetRandomPassword on *');
  });

  it('helps to find the request', () => {
    const { cause } = mapStoreError(answer('ValidationException', 'Invalid name.'), {
      operation: 'DescribeSecret',
      secretId,
    });

    expect(cause).toMatchObject({
      name: 'ValidationException',
      message:
        'DescribeSecret ended in ValidationException (HTTP 400, request 5dca92b8-6b15-4aeb-9008-86245f901db1)',
    });
  });

  it.each([undefined, null, 'a text', 7, {}, { name: 7, message: 7, code: 7, $metadata: {} }])(
    'is one of its own when %j was thrown',
    (thrown) => {
      const error = mapStoreError(thrown, { operation: 'DescribeSecret', secretId });

      expect(error.code).toBe('KEYTURN_STORE_UNAVAILABLE');
    },
  );

  it('shows nothing of what was thrown', () => {
    const value = '{"password":"Baa-1.Black_Sheep"}';
    for (const name of [value, 'AccessDeniedException', 'InvalidRequestException', 'Error']) {
      const $response = { body: value };
      const $metadata = { httpStatusCode: 400, requestId: value };
      const thrown = Object.assign(answer(name, value), { code: value, $response, $metadata });
      const error = mapStoreError(thrown, { operation: 'PutSecretValue', secretId });

      expect(inspect(error, { depth: null, showHidden: true })).not.toContain('Black_Sheep');
      expect(error.stack).not.toContain('Black_Sheep');
      expect((error.cause as Error).stack).not.toContain('Black_Sheep');
    }
  });
});
