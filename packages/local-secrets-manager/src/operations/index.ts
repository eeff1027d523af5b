import type { Operation } from '../model/operation.js';
import { batchGetSecretValue } from './batch-get.js';
import { createSecret } from './create-secret.js';
import { deleteSecret, restoreSecret } from './deletion.js';
import { describeSecret, listSecretVersionIds } from './describe.js';
import { listSecrets } from './list-secrets.js';
import { getRandomPassword } from './random-password.js';
import { getSecretValue } from './read-values.js';
import {
  removeRegionsFromReplication,
  replicateSecretToRegions,
  stopReplicationToReplica,
} from './replication.js';
import {
  deleteResourcePolicy,
  getResourcePolicy,
  putResourcePolicy,
  validateResourcePolicy,
} from './resource-policy.js';
import { cancelRotateSecret, rotateSecret } from './rotation.js';
import { tagResource, untagResource } from './tags.js';
import { updateSecretVersionStage } from './version-stages.js';
import { putSecretValue, updateSecret } from './write-values.js';

/** Every operation of the service, by the name in its X-Amz-Target header. */
export const operations = {
  BatchGetSecretValue: batchGetSecretValue,
  CancelRotateSecret: cancelRotateSecret,
  CreateSecret: createSecret,
  DeleteResourcePolicy: deleteResourcePolicy,
  DeleteSecret: deleteSecret,
  DescribeSecret: describeSecret,
  GetRandomPassword: getRandomPassword,
  GetResourcePolicy: getResourcePolicy,
  GetSecretValue: getSecretValue,
  ListSecretVersionIds: listSecretVersionIds,
  ListSecrets: listSecrets,
  PutResourcePolicy: putResourcePolicy,
  PutSecretValue: putSecretValue,
  RemoveRegionsFromReplication: removeRegionsFromReplication,
  ReplicateSecretToRegions: replicateSecretToRegions,
  RestoreSecret: restoreSecret,
  RotateSecret: rotateSecret,
  StopReplicationToReplica: stopReplicationToReplica,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateSecret: updateSecret,
  UpdateSecretVersionStage: updateSecretVersionStage,
  ValidateResourcePolicy: validateResourcePolicy,
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;

export const isOperationName = (name: string): name is OperationName =>
  Object.hasOwn(operations, name);

/** The operations that answer from a replica of the data, which may lag behind writes. */
export const readOperations: ReadonlySet<OperationName> = new Set([
  'BatchGetSecretValue',
  'DescribeSecret',
  'GetSecretValue',
  'ListSecretVersionIds',
  'ListSecrets',
]);
