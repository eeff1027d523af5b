import {
  versionWith,
  type SecretDescription,
  type VersionId,
  type VersionSummary,
} from '../secret-description.js';
import { AWSCURRENT, AWSPREVIOUS } from '../staging-label.js';
import { mayBeSet } from './may-be-set.js';

/** The version of a rotation that was given up after it may have set its password, where a label says which it is. */
export function knownGivenUp(secret: SecretDescription, pending: VersionId): VersionId | undefined {
  const holder = mayBeSet(secret);
  return holder === undefined || namedVersions(secret, pending).includes(holder)
    ? undefined
    : holder;
}

/** The versions that neither AWSCURRENT, AWSPREVIOUS nor the rotation under way stand for. */
export interface OtherVersions {
  /** Whose rotation may have set its password after AWSCURRENT had become current. The likeliest first. */
  readonly givenUp: readonly VersionId[];
  /** The newest first, without those whose rotation has ended before it set anything. */
  readonly rest: readonly VersionId[];
}

type Listed = Pick<VersionSummary, 'versionId'>;

/**
 * Sorts the other versions by what speaks for them. Where a label says which version was set last, nothing newer has
 * been set at all.
 * @param versions every version of the secret, the newest first
 */
export function otherVersions(
  secret: SecretDescription,
  pending: VersionId,
  versions: readonly Listed[],
): OtherVersions {
  const named = namedVersions(secret, pending);
  const others = versions.filter(({ versionId }) => !named.includes(versionId));
  const ids = (some: readonly Listed[]) => some.map(({ versionId }) => versionId);
  const known = knownGivenUp(secret, pending);
  const last = mayBeSet(secret);
  if (known !== undefined || (last !== undefined && last === versionWith(secret, AWSPREVIOUS))) {
    const place = versions.findIndex(({ versionId }) => versionId === last);
    const older = versions.slice(place + 1).filter((version) => others.includes(version));
    return { givenUp: known === undefined ? [] : [known], rest: ids(older) };
  }
  const current = versionWith(secret, AWSCURRENT);
  const place = versions.findIndex(({ versionId }) => versionId === current);
  const isNewer = (version: Listed): boolean => versions.indexOf(version) < place;
  return {
    givenUp: ids(others.filter(isNewer)),
    rest: ids(others.filter((version) => !isNewer(version))),
  };
}

function namedVersions(
  secret: SecretDescription,
  pending: VersionId,
): readonly (VersionId | undefined)[] {
  return [versionWith(secret, AWSCURRENT), pending, versionWith(secret, AWSPREVIOUS)];
}
