import { findLiveSecret, secretId } from '../model/identifiers.js';
import { list, parseInput, structure, text } from '../model/input.js';
import { CURRENT } from '../model/labels.js';
import { type Operation, store } from '../model/operation.js';
import { patchSecret, withoutUndefined } from '../model/secret.js';
import { clientRequestToken, requireToken } from '../model/tokens.js';
import { missingValue, readValue, valueFields } from '../model/values.js';
import { writeValue } from '../model/write-value.js';
import { refuseReplica } from './replication.js';
import { stagingLabel } from './version-stages.js';

const putShape = structure({
  SecretId: secretId,
  ClientRequestToken: clientRequestToken,
  VersionStages: list(stagingLabel, { min: 1, max: 20 }),
  RotationToken: text({ min: 36, max: 256, pattern: /^[a-zA-Z0-9-]+$/, sensitive: true }),
  ...valueFields,
});

/** PutSecretValue: a new version with the labels named, AWSCURRENT when none is. */
export const putSecretValue: Operation = (body, secrets, context) => {
  const input = parseInput(putShape, body);
  const token = requireToken(input.ClientRequestToken);
  const value = readValue(input);
  if (!value) throw missingValue();
  const secret = findLiveSecret(input.SecretId, secrets, context);
  refuseReplica(secret, context);
  const labels = input.VersionStages ?? [CURRENT];
  const written = writeValue(secret, { token, value, labels }, context);
  return {
    answer: {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: token,
      VersionStages: written.version.labels,
    },
    effects: written.effects,
  };
};

const updateShape = structure({
  SecretId: secretId,
  ClientRequestToken: clientRequestToken,
  Description: text({ max: 2048 }),
  KmsKeyId: text({ max: 2048 }),
  Type: text({ max: 256 }),
  ...valueFields,
});

/** UpdateSecret: describes the secret anew and, given a value, does what PutSecretValue without labels does. */
export const updateSecret: Operation = (body, secrets, context) => {
  const input = parseInput(updateShape, body);
  const token = requireToken(input.ClientRequestToken);
  const value = readValue(input);
  const secret = findLiveSecret(input.SecretId, secrets, context);
  refuseReplica(secret, context);
  const described = patchSecret(secret, {
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.KmsKeyId === undefined ? {} : { kmsKeyId: input.KmsKeyId }),
    ...(input.Type === undefined ? {} : { type: input.Type }),
    lastChangedAt: context.now,
  });
  const written = value && writeValue(described, { token, value, labels: [CURRENT] }, context);
  return {
    answer: withoutUndefined({ ARN: secret.arn, Name: secret.name, VersionId: value && token }),
    effects: written && written.effects.length > 0 ? written.effects : [store(described)],
  };
};
