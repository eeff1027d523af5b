import { signInStored } from '../access/sign-in-stored.js';
import { problemWithPassword } from '../domain/password-policy.js';
import { isRefusal, refuse } from '../domain/refusal.js';
import { decideLockout } from '../domain/tries/decide-lockout.js';
import { refusalToError } from '../errors.js';
import { checkRotatable } from '../strategies/check-user.js';
import type { Examination } from './diagnose.js';
import { signInForOperator } from './operator-session.js';

/**
 * Has the superuser give the current user the password that AWSCURRENT holds, and signs in with it. A user that wrong
 * passwords have locked is unlocked with it. Safe to repeat. Throws where the user is gone, expired, external, a superuser
 * or locked by an administrator; nothing is changed then.
 */
export async function resetPassword({ context, owner }: Examination): Promise<void> {
  if (owner === undefined) throw new TypeError('a password is reset only where one is stored');
  const { username: user, password } = owner.current;
  const { database, clock } = context;
  const problem = problemWithPassword(password.reveal(), database.profile.password);
  if (problem !== undefined) throw unfit(problem);
  const session = await signInForOperator(context, owner);
  try {
    const described = await session.describeUser({ user });
    if (described === undefined) throw gone(user);
    checkRotatable(described, { now: clock.now(), allowSuperuser: false });
    const locked = decideLockout(user, await session.describeLockout({ user }), true);
    if (isRefusal(locked)) throw refusalToError(locked);
    await session.setPassword({ user, password, unlock: locked.kind === 'unlock' });
  } finally {
    await session.close();
  }
  const outcome = await signInStored(context, owner, owner.current);
  if (outcome.kind !== 'accepted') throw stillRefused(user);
  await outcome.session.close();
}

function unfit(problem: string): Error {
  return refusalToError(
    refuse({
      code: 'KEYTURN_INVALID_SECRET',
      field: 'password',
      message: `The password of the AWSCURRENT value ${problem}.`,
      remedy: 'Store a fit password with PutSecretValue, then repair again.',
    }),
  );
}

function gone(user: string): Error {
  return refusalToError(
    refuse({
      code: 'KEYTURN_USER_MISSING',
      field: 'username',
      message: `The database has no user ${JSON.stringify(user)}; nothing was changed.`,
      remedy: 'Create it, or store the credential of one that exists.',
    }),
  );
}

function stillRefused(user: string): Error {
  return refusalToError(
    refuse({
      code: 'KEYTURN_NEW_PASSWORD_REFUSED',
      message: `The database refused the password of user ${JSON.stringify(user)} right after it was set.`,
      remedy: 'Look for an authentication rule that shuts the user out.',
    }),
  );
}
