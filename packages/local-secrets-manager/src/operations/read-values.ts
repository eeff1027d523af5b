import { findLiveSecret, secretId } from '../model/identifiers.js';
import { parseInput, structure } from '../model/input.js';
import { CURRENT, holderOf, versionById } from '../model/labels.js';
import { type Effect, type Operation, store } from '../model/operation.js';
import { patchSecret, type Secret, type SecretVersion } from '../model/secret.js';
import { invalidRequest, notFound } from '../model/service-error.js';
import { valueAnswer } from '../model/values.js';
import { stagingLabel, versionId } from './version-stages.js';

const DAY_MS = 86_400_000;

const shape = structure({
  SecretId: secretId,
  VersionId: versionId,
  VersionStage: stagingLabel,
});

/** GetSecretValue: AWSCURRENT unless a version or a label is named. */
export const getSecretValue: Operation = (body, secrets, context) => {
  const input = parseInput(shape, body);
  const secret = findLiveSecret(input.SecretId, secrets, context);
  const version = chooseVersion(secret, input.VersionId, input.VersionStage);
  return {
    answer: valueEntry(secret, version),
    effects: markAccessed(secret, version, context.now),
  };
};

/** @throws ServiceError ResourceNotFoundException also for a version that is reserved and has no value yet (T). */
export function chooseVersion(
  secret: Secret,
  id: string | undefined,
  label: string | undefined,
): SecretVersion {
  if (id === undefined) {
    const wanted = label ?? CURRENT;
    const version = holderOf(secret.versions, wanted);
    if (version?.value) return version;
    throw notFound(
      `Secrets Manager can't find the specified secret value for staging label: ${wanted}`,
    );
  }
  const version = versionById(secret.versions, id);
  if (!version?.value) {
    throw notFound(`Secrets Manager can't find the specified secret value for VersionId: ${id}`);
  }
  if (label !== undefined && !version.labels.includes(label)) {
    throw invalidRequest(
      'You provided a VersionStage that is not associated to the provided VersionId.',
    );
  }
  return version;
}

export function valueEntry(secret: Secret, version: SecretVersion): Record<string, unknown> {
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    ...(version.value && valueAnswer(version.value)),
    ...(version.labels.length > 0 ? { VersionStages: version.labels } : {}),
    CreatedDate: version.createdAt / 1000,
  };
}

/** LastAccessedDate has the resolution of a day, so that most reads change nothing. */
export function markAccessed(
  secret: Secret,
  version: SecretVersion,
  now: number,
): readonly Effect[] {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  if (secret.lastAccessedAt === today && version.lastAccessedAt === today) return [];
  const versions = secret.versions.map((candidate) =>
    candidate.id === version.id ? { ...candidate, lastAccessedAt: today } : candidate,
  );
  return [store(patchSecret(secret, { versions, lastAccessedAt: today }))];
}
