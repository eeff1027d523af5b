import { refuse, type Refusal } from '../refusal.js';
import type { UserLockout } from '../user-lockout.js';

/** What a lock of the user means whose password is to be changed. A lock is no evidence of ownership. */
export type LockoutDecision = { readonly kind: 'go-on' } | { readonly kind: 'unlock' } | Refusal;

/**
 * A user that wrong passwords have locked is unlocked together with the change only where the function's own configuration
 * vouches for it, since no stored version of it can sign in. A user that an administrator has locked is left alone.
 */
export function decideLockout(
  user: string,
  lockout: UserLockout,
  isVouchedFor: boolean,
): LockoutDecision {
  if (lockout.kind !== 'known' || lockout.locked === undefined) return { kind: 'go-on' };
  const shown = JSON.stringify(user);
  if (lockout.locked === 'manual') {
    return refuse({
      code: 'KEYTURN_USER_LOCKED',
      field: 'username',
      message: `An administrator has locked user ${shown} (ALTER USER ... NOLOGIN).`,
      remedy: `This attempt changed nothing. Ask whoever locked it; it is unlocked with ALTER USER ... LOGIN PASSWORD '...'. Then rotate again.`,
    });
  }
  if (isVouchedFor) return { kind: 'unlock' };
  const { failedSignIns, lockedAt, limit } = lockout;
  const since = lockedAt === undefined ? '' : ` since ${lockedAt}`;
  const of = limit === undefined ? '' : ` (the limit is ${limit})`;
  return refuse({
    code: 'KEYTURN_USER_LOCKED',
    field: 'username',
    message: `User ${shown} is locked${since} after ${failedSignIns} wrong passwords in a row${of}. A lock is no evidence that the user belongs to this secret.`,
    remedy:
      'This attempt changed nothing. Find out who presents a wrong password. Then unlock the user with its last password ' +
      `(ALTER USER ... LOGIN PASSWORD '...'), or name the two users in the setting userPairs, and rotate again.`,
    settings: ['userPairs'],
  });
}
