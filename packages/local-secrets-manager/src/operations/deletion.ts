import { findSecret, lookUp, newSecretArn, secretId } from '../model/identifiers.js';
import { flag, integer, parseInput, structure } from '../model/input.js';
import { type Effect, type Operation, store } from '../model/operation.js';
import { patchSecret, type Secret } from '../model/secret.js';
import {
  invalidParameter,
  invalidRequest,
  markedForDeletion,
  notFound,
} from '../model/service-error.js';
import { refuseReplica } from './replication.js';

const DAY_MS = 86_400_000;

const deleteShape = structure({
  SecretId: secretId,
  RecoveryWindowInDays: integer(),
  ForceDeleteWithoutRecovery: flag(),
});

/** DeleteSecret: schedules the deletion, or with force forgets the secret. */
export const deleteSecret: Operation = (body, secrets, context) => {
  const input = parseInput(deleteShape, body);
  const { RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force = false } = input;
  // A window that is out of bounds is complained about before the force flag beside it (moto issue 6461).
  if (days !== undefined && (days < 7 || days > 30)) {
    throw invalidParameter(
      'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
    );
  }
  if (force && days !== undefined) {
    throw invalidParameter(
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  }
  const secret = lookUp(input.SecretId, secrets, context);
  if (secret) refuseReplica(secret, context);
  if (force) {
    // Forcing an unknown secret succeeds with an invented ARN (O).
    if (!secret) {
      const { SecretId: id } = input;
      const arn = id.startsWith('arn:') ? id : newSecretArn(id, context);
      return { answer: { ARN: arn, Name: nameIn(id), DeletionDate: context.now / 1000 } };
    }
    refuseWithReplicas(secret, context.region);
    return { answer: deletion(secret, context.now), effects: forget(secret, context) };
  }
  if (!secret) throw notFound();
  if (secret.deleteAt !== undefined) throw markedForDeletion();
  refuseWithReplicas(secret, context.region);
  const deleteAt = context.now + (days ?? 30) * DAY_MS;
  return {
    answer: deletion(secret, deleteAt),
    effects: [
      store(patchSecret(secret, { deleteAt, lastChangedAt: context.now })),
      { kind: 'audit', event: 'StartSecretVersionDelete', secretArn: secret.arn },
    ],
  };
};

function forget(
  secret: Secret,
  context: { now: number; forceDeleteDelayMs: number },
): readonly Effect[] {
  const stop: Effect = { kind: 'stop-rotation', secretArn: secret.arn };
  if (context.forceDeleteDelayMs <= 0) return [stop, { kind: 'remove', name: secret.name }];
  const deleteAt = context.now + context.forceDeleteDelayMs;
  return [stop, store(patchSecret(secret, { deleteAt, vanishing: true }))];
}

const deletion = (secret: Secret, at: number) => ({
  ARN: secret.arn,
  Name: secret.name,
  DeletionDate: at / 1000,
});

function refuseWithReplicas(secret: Secret, region: string): void {
  if (!secret.replicas?.length || secret.primaryRegion !== region) return;
  throw invalidRequest(
    "You can't delete secret that still has replica regions. Remove the replicas first.",
  );
}

const nameIn = (id: string) =>
  id.startsWith('arn:')
    ? id
        .split(':')
        .slice(6)
        .join(':')
        .replace(/-[A-Za-z0-9]{6}$/, '')
    : id;

const restoreShape = structure({ SecretId: secretId });

/** RestoreSecret: takes the deletion back; a secret that is not scheduled is left as it is (R). */
export const restoreSecret: Operation = (body, secrets, context) => {
  const input = parseInput(restoreShape, body);
  const secret = findSecret(input.SecretId, secrets, context);
  if (secret.vanishing) throw notFound();
  const scheduled = secret.deleteAt !== undefined;
  return {
    answer: { ARN: secret.arn, Name: secret.name },
    effects: scheduled
      ? [
          store(patchSecret(secret, { deleteAt: undefined, lastChangedAt: context.now })),
          { kind: 'audit', event: 'CancelSecretVersionDelete', secretArn: secret.arn },
        ]
      : [],
  };
};
