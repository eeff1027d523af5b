import { sameServer, type DatabaseAddress } from '../database-address.js';
import type { VersionId } from '../secret-description.js';

/** What the other stored versions say about the user that AWSCURRENT names. Looked at where no credential signs in. */
export interface UserHistory {
  /** A version older than AWSCURRENT names the same user or its alternate, on the same server. */
  readonly isKnown: boolean;
  /** Versions that name another user, or another server. */
  readonly others: readonly OtherUser[];
  /** There are as many versions as the service keeps, so that older ones, which said otherwise, may be gone. */
  readonly isCut?: boolean;
}

/**
 * The service keeps about 100 versions and drops the oldest ones without labels, those of the last day apart. Some room
 * is left, as it does not say when.
 */
export const HISTORY_MAY_BE_CUT = 90;

/** A version that does not speak for the user of AWSCURRENT. */
export interface OtherUser {
  readonly versionId: VersionId;
  readonly user: string;
  /** It may be the same user, on another server. */
  readonly onOtherServer: boolean;
}

/** A version with a value that is a credential. */
export interface NamingVersion {
  readonly versionId: VersionId;
  readonly user: string;
  readonly address: DatabaseAddress;
  /** Epoch milliseconds; absent where the store does not say. */
  readonly createdAt?: number | undefined;
}

/**
 * Who else in the secret speaks for the user of AWSCURRENT. Only what is older than AWSCURRENT does: a rotation that
 * began from a value which somebody else has stored names that user in its own version too.
 * @param users the user of AWSCURRENT and its alternate
 */
export function userHistory(
  current: NamingVersion,
  users: readonly string[],
  versions: readonly NamingVersion[],
): UserHistory {
  const rest = versions.filter(({ versionId }) => versionId !== current.versionId);
  const isOwn = ({ user, address }: NamingVersion): boolean =>
    users.includes(user) && sameServer(address, current.address);
  const isOlder = ({ createdAt }: NamingVersion): boolean =>
    createdAt !== undefined && current.createdAt !== undefined && createdAt < current.createdAt;
  return {
    isKnown: rest.some((version) => isOwn(version) && isOlder(version)),
    others: rest
      .filter((version) => !isOwn(version))
      .map(({ versionId, user, address }) => ({
        versionId,
        user,
        onOtherServer: !sameServer(address, current.address),
      })),
  };
}
