import { findSecret, secretId } from '../model/identifiers.js';
import { flag, integer, parseInput, structure } from '../model/input.js';
import { labelsByVersion } from '../model/labels.js';
import type { Operation } from '../model/operation.js';
import { daysBetweenRotations } from '../model/schedule.js';
import { type RotationRules, type Secret, withoutUndefined } from '../model/secret.js';
import { nextTokenField, pageOf } from './paging.js';
import { replicationStatus } from './replication.js';

const describeShape = structure({ SecretId: secretId });

/** DescribeSecret: everything but values; works also while the secret is scheduled for deletion. */
export const describeSecret: Operation = (body, secrets, context) => {
  const input = parseInput(describeShape, body);
  const secret = findSecret(input.SecretId, secrets, context);
  const labels = labelsByVersion(secret.versions);
  return {
    answer: withoutUndefined({
      ...details(secret, context.now),
      VersionIdsToStages: Object.keys(labels).length > 0 ? labels : undefined,
      ReplicationStatus: replicationStatus(secret),
    }),
  };
};

/** What DescribeSecret and ListSecrets have in common; fields without a value are undefined. */
export function details(secret: Secret, now: number): Record<string, unknown> {
  const { rotation } = secret;
  return {
    ARN: secret.arn,
    Name: secret.name,
    Type: secret.type,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    RotationEnabled: rotation?.enabled,
    RotationLambdaARN: rotation?.functionArn,
    RotationRules: rotation?.rules && rulesAnswer(rotation.rules, now),
    LastRotatedDate: rotation?.enabled ? seconds(rotation.lastRotatedAt) : undefined,
    LastChangedDate: seconds(secret.lastChangedAt),
    LastAccessedDate: seconds(secret.lastAccessedAt),
    DeletedDate: seconds(secret.deleteAt),
    NextRotationDate: rotation?.enabled ? seconds(rotation.nextRotationAt) : undefined,
    Tags: secret.tags,
    OwningService: secret.owningService,
    CreatedDate: seconds(secret.createdAt),
    PrimaryRegion: secret.primaryRegion,
  };
}

function rulesAnswer(rules: RotationRules, now: number): Record<string, unknown> {
  return withoutUndefined({
    ...rules,
    AutomaticallyAfterDays: daysBetweenRotations(rules, now),
  });
}

const versionsShape = structure({
  SecretId: secretId,
  IncludeDeprecated: flag(),
  MaxResults: integer({ min: 1, max: 100 }),
  NextToken: nextTokenField,
});

/** ListSecretVersionIds: labelled versions, and the others when asked, without any VersionStages field (O). */
export const listSecretVersionIds: Operation = (body, secrets, context) => {
  const input = parseInput(versionsShape, body);
  const secret = findSecret(input.SecretId, secrets, context);
  const listed = secret.versions.filter(
    (version) => input.IncludeDeprecated || version.labels.length > 0,
  );
  const page = pageOf(listed, input.MaxResults ?? 100, input.NextToken);
  const entries = page.entries.map((version) =>
    withoutUndefined({
      VersionId: version.id,
      VersionStages: version.labels.length > 0 ? version.labels : undefined,
      CreatedDate: seconds(version.createdAt),
      LastAccessedDate: seconds(version.lastAccessedAt),
      KmsKeyIds: [secret.kmsKeyId ?? 'DefaultEncryptionKey'],
    }),
  );
  return {
    answer: withoutUndefined({
      Versions: entries,
      ARN: secret.arn,
      Name: secret.name,
      NextToken: page.nextToken,
    }),
  };
};

const seconds = (instant: number | undefined) =>
  instant === undefined ? undefined : instant / 1000;
