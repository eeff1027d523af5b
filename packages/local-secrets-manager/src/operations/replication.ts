import { findLiveSecret, secretId } from '../model/identifiers.js';
import { flag, list, parseInput, required, structure, text } from '../model/input.js';
import type { Effect, Operation, OperationContext } from '../model/operation.js';
import { store } from '../model/operation.js';
import { patchSecret, type Replica, type Secret, withoutUndefined } from '../model/secret.js';
import { invalidParameter, invalidRequest } from '../model/service-error.js';

const regionName = text({ min: 1, max: 128, pattern: /^([a-z]+-)+\d+$/ });

export const replicaRegion = structure({
  Region: required(regionName),
  KmsKeyId: text({ max: 2048 }),
});

interface ReplicaRequest {
  readonly Region: string;
  readonly KmsKeyId?: string;
}

/** ReplicationStatus of an answer; absent for a secret that was never replicated. */
export function replicationStatus(secret: Secret): unknown {
  return secret.replicas?.map((replica) =>
    withoutUndefined({
      Region: replica.region,
      KmsKeyId: replica.kmsKeyId ?? 'alias/aws/secretsmanager',
      Status: replica.status,
      StatusMessage: replica.statusMessage,
    }),
  );
}

/** @throws ServiceError InvalidRequestException: a replica is read only. */
export function refuseReplica(secret: Secret, context: OperationContext): void {
  if (secret.primaryRegion === undefined || secret.primaryRegion === context.region) return;
  throw invalidRequest(
    `Operation not permitted on a replica secret. Call must be made in primary secret's region.`,
  );
}

/** The primary with more replicas, all InProgress; the copies themselves follow outside. */
export function addReplicas(
  secret: Secret,
  requested: readonly ReplicaRequest[],
  context: OperationContext,
): { secret: Secret; effects: readonly Effect[] } {
  const known = secret.replicas ?? [];
  for (const { Region: region } of requested) {
    if (region === context.region) {
      throw invalidParameter('Invalid replica region: it is the primary region of the secret.');
    }
    if (known.some((replica) => replica.region === region)) {
      throw invalidParameter(`Secret ${secret.name} is already replicated in region ${region}.`);
    }
  }
  const added: readonly Replica[] = requested.map((request) =>
    withoutUndefined({
      region: request.Region,
      kmsKeyId: request.KmsKeyId,
      status: 'InProgress',
    } as const),
  );
  const replicated = patchSecret(secret, {
    replicas: [...known, ...added],
    primaryRegion: context.region,
    lastChangedAt: context.now,
  });
  return { secret: replicated, effects: [] };
}

const addShape = structure({
  SecretId: secretId,
  AddReplicaRegions: required(list(replicaRegion, { min: 1 })),
  ForceOverwriteReplicaSecret: flag(),
});

export const replicateSecretToRegions: Operation = (body, secrets, context) => {
  const input = parseInput(addShape, body);
  const found = findLiveSecret(input.SecretId, secrets, context);
  refuseReplica(found, context);
  const { secret, effects } = addReplicas(found, input.AddReplicaRegions, context);
  return {
    answer: { ARN: secret.arn, ReplicationStatus: replicationStatus(secret) },
    effects: [store(secret), ...effects],
  };
};

const removeShape = structure({
  SecretId: secretId,
  RemoveReplicaRegions: required(list(regionName, { min: 1 })),
});

export const removeRegionsFromReplication: Operation = (body, secrets, context) => {
  const input = parseInput(removeShape, body);
  const found = findLiveSecret(input.SecretId, secrets, context);
  refuseReplica(found, context);
  const gone = (found.replicas ?? []).filter((replica) =>
    input.RemoveReplicaRegions.includes(replica.region),
  );
  const secret = patchSecret(found, {
    replicas: found.replicas?.filter((replica) => !gone.includes(replica)),
    lastChangedAt: context.now,
  });
  return {
    answer: { ARN: secret.arn, ReplicationStatus: replicationStatus(secret) ?? [] },
    effects: [
      store(secret),
      ...gone.map(({ region }): Effect => ({ kind: 'remove', name: secret.name, region })),
    ],
  };
};

const stopShape = structure({ SecretId: secretId });

/** StopReplicationToReplica, called in the replica's region: the copy becomes a secret of its own. */
export const stopReplicationToReplica: Operation = (body, secrets, context) => {
  const input = parseInput(stopShape, body);
  const secret = findLiveSecret(input.SecretId, secrets, context);
  if (secret.primaryRegion === undefined || secret.primaryRegion === context.region) {
    throw invalidRequest(
      'Operation not permitted on a primary secret. Call must be made on a replica.',
    );
  }
  return {
    answer: { ARN: secret.arn },
    effects: [
      store(patchSecret(secret, { primaryRegion: undefined })),
      { kind: 'promote-replica', name: secret.name, primaryRegion: secret.primaryRegion },
    ],
  };
};
