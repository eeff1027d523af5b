import { CURRENT, holderOf, PENDING, removeLabels, versionById } from './labels.js';
import { nextRotationAt } from './schedule.js';
import { patchSecret, type PendingRotation, type Secret, type SecretVersion } from './secret.js';

/**
 * Puts AWSPENDING onto a new version: without a value for a rotation, with the current value for a test of the
 * function (D).
 */
export function reserveRotation(
  secret: Secret,
  token: string,
  kind: PendingRotation['kind'],
  now: number,
): Secret {
  const value = kind === 'test' ? holderOf(secret.versions, CURRENT)?.value : undefined;
  const reserved: SecretVersion = {
    id: token,
    labels: [PENDING],
    createdAt: now,
    ...(value && { value }),
  };
  return patchSecret(secret, {
    versions: [...removeLabels(secret.versions, [PENDING]), reserved],
    pendingRotation: { token, kind, startedAt: now },
  });
}

/** Whether a rotation reached one of its two good ends: AWSPENDING gone, or on the AWSCURRENT version (D). */
export function isComplete(secret: Secret): boolean {
  const pending = holderOf(secret.versions, PENDING);
  return !pending || pending.id === holderOf(secret.versions, CURRENT)?.id;
}

/** The secret after a rotation that ended well: AWSPENDING is taken off and the dates move on. */
export function completeRotation(secret: Secret, now: number): Secret {
  const { rotation } = secret;
  return patchSecret(secret, {
    versions: removeLabels(secret.versions, [PENDING]),
    pendingRotation: undefined,
    lastChangedAt: now,
    rotation: rotation && {
      ...rotation,
      lastRotatedAt: now,
      ...(rotation.enabled && rotation.rules ? datedBy(nextRotationAt(rotation.rules, now)) : {}),
    },
  });
}

/** The secret after a test of the function, without the version made for it. */
export function completeTest(secret: Secret): Secret {
  const token = secret.pendingRotation?.token;
  const made = token === undefined ? undefined : versionById(secret.versions, token);
  const keep = made?.labels.some((label) => label !== PENDING) ?? false;
  return patchSecret(secret, {
    versions: keep
      ? removeLabels(secret.versions, [PENDING])
      : secret.versions.filter((version) => version !== made),
    pendingRotation: undefined,
  });
}

const datedBy = (instant: number | undefined) =>
  instant === undefined ? {} : { nextRotationAt: instant };
