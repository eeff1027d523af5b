import { flag, list, parseInput, structure, text } from '../model/input.js';
import { byName, checkName, newSecretArn, secretName } from '../model/identifiers.js';
import { CURRENT, versionById } from '../model/labels.js';
import { type Operation, store } from '../model/operation.js';
import { sameValue, type Secret, withoutUndefined } from '../model/secret.js';
import { invalidRequest, ServiceError } from '../model/service-error.js';
import { clientRequestToken, requireToken } from '../model/tokens.js';
import { readValue, valueFields } from '../model/values.js';
import { writeValue } from '../model/write-value.js';
import { addReplicas, replicaRegion, replicationStatus } from './replication.js';
import { mergeTags, tagList } from './tags.js';

const shape = structure({
  Name: secretName,
  ClientRequestToken: clientRequestToken,
  Description: text({ max: 2048 }),
  KmsKeyId: text({ max: 2048 }),
  Tags: tagList,
  AddReplicaRegions: list(replicaRegion, { min: 1 }),
  ForceOverwriteReplicaSecret: flag(),
  Type: text({ max: 256 }),
  ...valueFields,
});

/** CreateSecret: with a value its first version is AWSCURRENT, without one there is no version at all. */
export const createSecret: Operation = (body, secrets, context) => {
  const input = parseInput(shape, body);
  const token = requireToken(input.ClientRequestToken);
  checkName(input.Name);
  const value = readValue(input);

  const existing = byName(input.Name, secrets, context);
  if (existing) {
    if (existing.deleteAt !== undefined) {
      throw invalidRequest(
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    }
    const repeated = versionById(existing.versions, token);
    if (!repeated?.value || !value) throw alreadyExists(input.Name);
    if (!sameValue(repeated.value, value)) {
      // Raises the refusal for another value under a used token.
      writeValue(existing, { token, value, labels: [CURRENT] }, context);
    }
    return { answer: { ARN: existing.arn, Name: existing.name, VersionId: token } };
  }

  const empty: Secret = withoutUndefined({
    arn: newSecretArn(input.Name, context),
    name: input.Name,
    createdAt: context.now,
    lastChangedAt: context.now,
    versions: [],
    description: input.Description,
    kmsKeyId: input.KmsKeyId,
    type: input.Type,
    tags: input.Tags && mergeTags([], input.Tags),
  });
  const created = value
    ? writeValue(empty, { token, value, labels: [CURRENT] }, context).secret
    : empty;
  const { secret, effects } = input.AddReplicaRegions
    ? addReplicas(created, input.AddReplicaRegions, context)
    : { secret: created, effects: [] };
  return {
    answer: withoutUndefined({
      ARN: secret.arn,
      Name: secret.name,
      VersionId: value && token,
      ReplicationStatus: replicationStatus(secret),
    }),
    effects: [store(secret), ...effects],
  };
};

const alreadyExists = (name: string) =>
  new ServiceError(
    'ResourceExistsException',
    `The operation failed because the secret ${name} already exists.`,
  );
