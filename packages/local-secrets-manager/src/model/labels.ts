import type { SecretVersion } from './secret.js';
import { limitExceeded } from './service-error.js';

export const CURRENT = 'AWSCURRENT';
export const PENDING = 'AWSPENDING';
export const PREVIOUS = 'AWSPREVIOUS';

/** A secret may hold this many labels over all its versions (D, M). */
export const MAX_LABELS = 20;

/** The version that holds a label. */
export function holderOf(
  versions: readonly SecretVersion[],
  label: string,
): SecretVersion | undefined {
  return versions.find((version) => version.labels.includes(label));
}

export function versionById(
  versions: readonly SecretVersion[],
  id: string,
): SecretVersion | undefined {
  return versions.find((version) => version.id === id);
}

/** Takes labels off whichever version holds them. */
export function removeLabels(
  versions: readonly SecretVersion[],
  labels: readonly string[],
): readonly SecretVersion[] {
  return versions.map((version) =>
    version.labels.some((label) => labels.includes(label))
      ? { ...version, labels: version.labels.filter((label) => !labels.includes(label)) }
      : version,
  );
}

/**
 * Puts labels onto one version. A label that sits elsewhere moves; labels not named stay. When AWSCURRENT
 * moves, AWSPREVIOUS goes to the version it left, and AWSPENDING comes off that version (O).
 *
 * @throws ServiceError LimitExceededException above 20 labels.
 */
export function attachLabels(
  versions: readonly SecretVersion[],
  id: string,
  labels: readonly string[],
): readonly SecretVersion[] {
  const left = labels.includes(CURRENT) ? holderOf(versions, CURRENT) : undefined;
  const currentMoves = left !== undefined && left.id !== id;
  const moving = currentMoves ? [...labels, PREVIOUS] : labels;

  const attached = removeLabels(versions, moving).map((version) => {
    if (version.id === id) {
      const wanted = currentMoves ? labels.filter((label) => label !== PREVIOUS) : labels;
      return { ...version, labels: [...new Set([...version.labels, ...wanted])] };
    }
    if (currentMoves && version.id === left.id) {
      const kept = version.labels.filter((label) => label !== PENDING);
      return { ...version, labels: [...kept, PREVIOUS] };
    }
    return version;
  });
  if (attached.reduce((count, version) => count + version.labels.length, 0) > MAX_LABELS) {
    throw limitExceeded(
      `You can't attach more than ${MAX_LABELS} staging labels to the versions of a secret.`,
    );
  }
  return attached;
}

/** Version ids with their labels; unlabelled versions are left out. */
export function labelsByVersion(versions: readonly SecretVersion[]): Record<string, string[]> {
  const labelled = versions.filter((version) => version.labels.length > 0);
  return Object.fromEntries(labelled.map((version) => [version.id, [...version.labels]]));
}
