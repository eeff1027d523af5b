import type { VersionId, VersionSummary } from '../secret-description.js';

/** How long a rotation that has lost AWSPENDING may still be at work, in milliseconds: as long as a function may run. */
export const LONGEST_ROTATION_MS = 15 * 60_000;

/** The versions that are known by their labels. */
export interface KnownVersions {
  readonly current: VersionId | undefined;
  readonly pending: VersionId | undefined;
  readonly previous: VersionId | undefined;
  /** Versions of which it is known that their rotation has ended. */
  readonly ended: readonly VersionId[];
  /** Epoch milliseconds; undefined where the service has completed none. */
  readonly lastRotatedAt: number | undefined;
}

/** All versions but the known ones, the newest first. */
export interface OtherVersions {
  /** Newer than AWSCURRENT: versions of rotations that were given up, whose password may have been set. */
  readonly givenUp: readonly VersionId[];
  readonly rest: readonly VersionId[];
  /**
   * One of them, or AWSCURRENT where the service has not seen its rotation end, is so young that its rotation may still be
   * at work and change the password at any moment.
   */
  readonly isBeside: boolean;
  /** AWSCURRENT is the version of a rotation that the service has seen succeed, so it has signed in. */
  readonly currentWasProven: boolean;
}

/** Nothing is known of any other version. */
export const NO_OTHERS: OtherVersions = {
  givenUp: [],
  rest: [],
  isBeside: false,
  currentWasProven: false,
};

/** Sorts the versions of a secret, which come newest first. */
export function otherVersions(
  versions: readonly Pick<VersionSummary, 'versionId' | 'createdAt'>[],
  { current, pending, previous, ended, lastRotatedAt }: KnownVersions,
  now: number,
): OtherVersions {
  const at = versions.findIndex(({ versionId }) => versionId === current);
  const madeAt = versions[at]?.createdAt ?? 0;
  const currentWasProven = madeAt > 0 && lastRotatedAt !== undefined && madeAt <= lastRotatedAt;
  const isYoung = (createdAt: number): boolean =>
    createdAt > 0 && now - createdAt <= LONGEST_ROTATION_MS;
  const known = [current, pending, previous];
  const isOther = ({ versionId }: { readonly versionId: VersionId }): boolean =>
    !known.includes(versionId);
  const newer = versions.slice(0, Math.max(at, 0)).filter(isOther);
  const mayBeAtWork = newer.some(
    ({ versionId, createdAt }) => isYoung(createdAt) && !ended.includes(versionId),
  );
  return {
    givenUp: newer.map(({ versionId }) => versionId),
    rest: versions
      .slice(Math.max(at, 0))
      .filter(isOther)
      .map(({ versionId }) => versionId),
    isBeside: mayBeAtWork || (isYoung(madeAt) && !currentWasProven),
    currentWasProven,
  };
}
