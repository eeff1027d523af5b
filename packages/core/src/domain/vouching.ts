import type { UserPair } from './alternate-user.js';
import type { ResolvedSettings } from './rotation-settings.js';

/** How the function's own configuration says that two users belong together, whatever signs in. */
export interface Vouching {
  /** The settings name the pair. */
  readonly configured: boolean;
  /** The settings claim any user of the right name. */
  readonly adopted: boolean;
}

/** What the settings say about the two users of an alternating pair. */
export function vouching(
  { userPairs, existingUsers }: ResolvedSettings,
  users: UserPair,
): Vouching {
  return {
    configured: userPairs.some((pair) => users.every((user) => pair.includes(user))),
    adopted: existingUsers === 'adopt',
  };
}

/** Whether the settings alone are reason enough to act on the pair. */
export function isVouchedFor(settings: ResolvedSettings, users: UserPair): boolean {
  const { configured, adopted } = vouching(settings, users);
  return configured || adopted;
}
