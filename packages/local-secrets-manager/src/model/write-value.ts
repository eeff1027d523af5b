import { attachLabels, CURRENT, holderOf, PENDING, removeLabels, versionById } from './labels.js';
import type { Effect, OperationContext } from './operation.js';
import { nextRotationAt } from './schedule.js';
import {
  patchSecret,
  sameValue,
  type Secret,
  type SecretValue,
  type SecretVersion,
  withoutUndefined,
} from './secret.js';
import { limitExceeded, ServiceError } from './service-error.js';

const DAY_MS = 86_400_000;

export interface ValueToWrite {
  readonly token: string;
  readonly value: SecretValue;
  readonly labels: readonly string[];
}

/** The secret after a write, its version, and what else follows. Without effects nothing has changed. */
export interface Written {
  readonly secret: Secret;
  readonly version: SecretVersion;
  readonly effects: readonly Effect[];
}

/**
 * Stores a value under a token: a new version, or the one that RotateSecret reserved. The same value under a
 * token that is already used changes nothing.
 *
 * @throws ServiceError ResourceExistsException for another value under a used token, LimitExceededException.
 */
export function writeValue(
  secret: Secret,
  { token, value, labels }: ValueToWrite,
  context: OperationContext,
): Written {
  const existing = versionById(secret.versions, token);
  if (existing?.value) {
    if (sameValue(existing.value, value)) return { secret, version: existing, effects: [] };
    throw new ServiceError(
      'ResourceExistsException',
      `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${secret.arn}.`,
    );
  }
  const wanted = secret.versions.length === 0 ? [...new Set([CURRENT, ...labels])] : labels;
  const versions = existing
    ? secret.versions.map((version) => (version === existing ? { ...version, value } : version))
    : [...secret.versions, { id: token, labels: [], createdAt: context.now, value }];

  const rotating = secret.pendingRotation?.token;
  const abandons =
    wanted.includes(CURRENT) &&
    rotating !== undefined &&
    rotating !== token &&
    holderOf(secret.versions, PENDING)?.id === rotating;
  const attached = attachLabels(versions, token, wanted);
  const settled = withoutOldVersions(
    abandons ? removeLabels(attached, [PENDING]) : attached,
    context,
  );
  const written = patchSecret(secret, {
    versions: settled,
    lastChangedAt: context.now,
    pendingRotation: abandons ? undefined : secret.pendingRotation,
    rotation: wanted.includes(CURRENT) ? rescheduled(secret, context.now) : secret.rotation,
  });
  const stored: Effect = { kind: 'store', secret: written };
  return {
    secret: written,
    version: versionById(settled, token) as SecretVersion,
    effects: abandons ? [stored, ...abandonment(secret)] : [stored],
  };
}

/** What follows when a new current value ends a rotation that was under way or stranded (D, R). */
function abandonment(secret: Secret): readonly Effect[] {
  const token = secret.pendingRotation?.token;
  return [
    { kind: 'stop-rotation', secretArn: secret.arn },
    {
      kind: 'audit',
      event: 'RotationAbandoned',
      secretArn: secret.arn,
      ...(token === undefined ? {} : { token }),
    },
  ];
}

/** Writing a new current value counts as a rotation for the next date (D). */
function rescheduled(secret: Secret, now: number): Secret['rotation'] {
  const { rotation } = secret;
  if (!rotation?.enabled || !rotation.rules) return rotation;
  return withoutUndefined({ ...rotation, nextRotationAt: nextRotationAt(rotation.rules, now) });
}

/** Forgets unlabelled versions above the limit, oldest first, but none younger than a day (D). */
function withoutOldVersions(
  versions: readonly SecretVersion[],
  context: OperationContext,
): readonly SecretVersion[] {
  const excess = versions.length - context.maxVersions;
  if (excess <= 0) return versions;
  const removable = versions
    .filter((version) => version.labels.length === 0 && version.createdAt <= context.now - DAY_MS)
    .slice(0, excess);
  if (removable.length < excess) {
    throw limitExceeded(
      `You can't store more than ${context.maxVersions} versions of a secret within 24 hours.`,
    );
  }
  return versions.filter((version) => !removable.includes(version));
}
