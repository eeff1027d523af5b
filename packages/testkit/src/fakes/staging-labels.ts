import { AWSCURRENT, AWSPENDING, AWSPREVIOUS, type VersionId } from '@keyturn/core';

/** A version as the label rules see it. */
export interface LabelledVersion {
  readonly versionId: VersionId;
  readonly labels: readonly string[];
}

/** The version that carries a label; no label is on two. */
export function holderOf<V extends LabelledVersion>(
  versions: readonly V[],
  label: string,
): V | undefined {
  return versions.find(({ labels }) => labels.includes(label));
}

/** Takes one label off, wherever it is. */
export function withoutLabel<V extends LabelledVersion>(
  versions: readonly V[],
  label: string,
): readonly V[] {
  return versions.map((version) =>
    version.labels.includes(label)
      ? { ...version, labels: version.labels.filter((other) => other !== label) }
      : version,
  );
}

/**
 * Puts one label on a version and takes it off any other. When AWSCURRENT leaves a version, AWSPREVIOUS follows
 * to that version and AWSPENDING does not stay on it.
 */
export function withLabel<V extends LabelledVersion>(
  versions: readonly V[],
  label: string,
  to: VersionId,
): readonly V[] {
  const left = holderOf(versions, label);
  if (left?.versionId === to) return versions;
  const moved = add(withoutLabel(versions, label), label, to);
  if (label !== AWSCURRENT || left === undefined) return moved;
  const freed = left.labels.includes(AWSPENDING) ? withoutLabel(moved, AWSPENDING) : moved;
  return add(withoutLabel(freed, AWSPREVIOUS), AWSPREVIOUS, left.versionId);
}

function add<V extends LabelledVersion>(
  versions: readonly V[],
  label: string,
  to: VersionId,
): readonly V[] {
  // Sorted, so that equal states are equal as text too.
  return versions.map((version) =>
    version.versionId === to ? { ...version, labels: [...version.labels, label].sort() } : version,
  );
}
