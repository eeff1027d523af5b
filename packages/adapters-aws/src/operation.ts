/** The Secrets Manager operations this package calls; the IAM action is `secretsmanager:` and the same name. */
export type Operation =
  | 'DescribeSecret'
  | 'GetSecretValue'
  | 'ListSecretVersionIds'
  | 'PutSecretValue'
  | 'UpdateSecretVersionStage'
  | 'ListSecrets'
  | 'RotateSecret'
  | 'GetRandomPassword';

/** What an operation was about, for the error that says so. */
export interface OperationPlace {
  readonly operation: Operation;
  readonly secretId?: string | undefined;
  readonly versionId?: string | undefined;
}
