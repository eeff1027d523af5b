import type { StepOutcome } from '../domain/step-outcome.js';
import { CLEAR_PENDING } from '../domain/decide-pending.js';
import { refuse } from '../domain/refusal.js';
import type { SettingsOf } from '../domain/rotation-settings.js';
import { refusalToError } from '../errors.js';
import type { DatabaseSession } from '../ports/database-admin.js';
import type { ApplyContext, RotationStrategy } from '../ports/rotation-strategy.js';
import { checkRotatable, lookUpUser, requirePlaceToProve } from './check-user.js';
import { strategyOptions } from './strategy-options.js';

/** How single user is set up in code: the settings that no other strategy reads. */
export interface SingleUserOptions extends SettingsOf<typeof NAME> {}

const NAME = 'single user';

/**
 * The user changes its own password. Between that change and the move of AWSCURRENT, new sign-ins with the old
 * password fail, so clients need backoff with jitter. Both happen in finishSecret, where the new password is checked; with
 * `changeIn: 'setSecret'` it is changed in setSecret and checked in testSecret, and the gap lasts as long.
 * @param options win over the settings of the handler, engine or operation; undefined counts as left out
 * @throws `KEYTURN_INVALID_SETTING` whose field is the first option that is unknown or not fit
 */
export function singleUser(options: SingleUserOptions = {}): RotationStrategy {
  return {
    name: NAME,
    settings: strategyOptions(NAME, 'singleUser', options),
    nextUser: ({ currentUser }) => ({ kind: 'next-user', name: currentUser }),
    changesIn: ({ changeIn }) => changeIn,
    rehearse,
    apply,
  };
}

async function apply(context: ApplyContext): Promise<StepOutcome> {
  const { rung, session, password } = await signIn(context);
  if (rung === 'pending') return 'already-set';
  const user = await requireRotatable(context, session);
  await context.changePassword({ session, user, restore: password });
  return 'user-changed';
}

async function rehearse(context: ApplyContext): Promise<StepOutcome> {
  const { rung, session } = await signIn(context);
  const user = await requireRotatable(context, session);
  if (rung === 'current') return 'current-works';
  await context.restoreCurrent({ session, user });
  return 'current-restored';
}

async function signIn(context: ApplyContext) {
  const { session, ...working } = await context.proveOwnership({ keepSession: true });
  if (session === undefined) throw new TypeError('proveOwnership was asked to keep the session');
  return { ...working, session };
}

async function requireRotatable(context: ApplyContext, session: DatabaseSession): Promise<string> {
  const user = context.current.username;
  const described = await lookUpUser(session, user);
  if (described === undefined) throw differentName(user);
  checkRotatable(described, { now: context.now(), allowSuperuser: true });
  requirePlaceToProve(described);
  return user;
}

function differentName(user: string): Error {
  return refusalToError(
    refuse({
      code: 'KEYTURN_USER_MISSING',
      field: 'username',
      message: `The server signs ${JSON.stringify(user)} in, but reports no user of exactly that name.`,
      remedy: `Store the name as the server spells it (pg_user.usename). ${CLEAR_PENDING}`,
    }),
  );
}
