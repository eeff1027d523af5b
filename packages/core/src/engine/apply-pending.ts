import { signInStored } from '../access/sign-in-stored.js';
import { CLEAR_PENDING } from '../domain/decide-pending.js';
import { problemWithPassword } from '../domain/password-policy.js';
import { refuse } from '../domain/refusal.js';
import { KeyturnError, refusalToError } from '../errors.js';
import type { DatabaseSession, SignInOutcome } from '../ports/database-admin.js';
import type { ChangePasswordRequest } from '../ports/rotation-strategy.js';
import { giveWayIfSuperseded } from './give-way.js';
import type { PendingChange } from './pending-change.js';
import { describeSecret, timeToChange } from './step-context.js';

/** See `ApplyContext.changePassword`. */
export async function changePassword(
  change: PendingChange,
  { session, user, restore, unlock = false }: ChangePasswordRequest,
): Promise<void> {
  await applyPending(change, {
    session,
    user,
    write: () =>
      session.setPassword({ user, password: change.pending.password, ...(unlock && { unlock }) }),
    undo: restore && {
      write: () => session.setPassword({ user, password: restore }),
      prove: () => proveOnce(change, user, restore),
    },
  });
  change.context.report({ name: 'password.changed', user });
}

/** See `ApplyContext.createUser`. */
export async function createUser(
  change: PendingChange,
  { session, user }: { readonly session: DatabaseSession; readonly user: string },
): Promise<void> {
  await applyPending(change, {
    session,
    user,
    write: () => session.createUser({ user, password: change.pending.password }),
    undo: { write: () => session.dropUser({ user }) },
  });
  change.context.report({ name: 'user.created', user });
}

/** See `ApplyContext.dropCreated`. */
export async function dropCreated(
  { context, owner }: PendingChange,
  { session, user }: { readonly session: DatabaseSession; readonly user: string },
): Promise<void> {
  const shown = JSON.stringify(user);
  try {
    await session.dropUser({ user });
    context.memory.disprove(owner.secretArn);
    context.report({
      name: 'rotation.healed',
      code: 'user-dropped',
      how: `User ${shown} was dropped again.`,
    });
  } catch {
    context.report({
      name: 'rotation.healed',
      code: 'user-kept',
      how: `User ${shown} was created and could not be dropped again; the AWSPENDING value signs in as it.`,
    });
  }
}

/** How a change is taken back. */
interface Undo {
  readonly write: () => Promise<void>;
  /** Whether the old password signs in again; absent for a user that had none. */
  readonly prove?: () => Promise<SignInOutcome['kind']>;
}

interface Application {
  readonly session: DatabaseSession;
  readonly user: string;
  readonly write: () => Promise<void>;
  readonly undo: Undo | undefined;
}

async function applyPending(change: PendingChange, application: Application): Promise<void> {
  const { context } = change;
  const written = await writePending(change, application);

  // The sign-in and the labels do not depend on each other, and every round trip here is one during which a
  // superseded rotation would keep somebody else's password from working.
  const [proof, labels] = await Promise.allSettled([
    written ?? proveOnce(change, application.user),
    describeSecret(context),
  ]);
  // Labels first: where another rotation took over, a refused password is its doing, and nothing to roll back.
  if (labels.status === 'fulfilled') {
    await giveWayIfSuperseded(change, application, labels.value);
  }
  if (proof.status === 'rejected') throw unproven(proof.reason);
  if (proof.value === 'refused') {
    // The other rotation may have come since; without labels to tell, the refusal is taken at its word.
    const again = await describeSecret(context).catch(() => undefined);
    if (again !== undefined) await giveWayIfSuperseded(change, application, again);
    await rollBack(change, application);
  }
  if (labels.status === 'rejected') throw labels.reason;
}

const UNKNOWN_OUTCOME = [
  'KEYTURN_DATABASE_CONNECTION_LOST',
  'KEYTURN_DATABASE_TIMEOUT',
  'KEYTURN_DATABASE_ANSWER_TOO_LARGE',
] as const;

/** Nobody knows whether a statement was carried out, since its answer did not arrive; the session is of no use any more. */
export function isOutcomeUnknown(error: unknown): boolean {
  return UNKNOWN_OUTCOME.some((code) => KeyturnError.is(error, code));
}

/**
 * Writes the pending password, if it is fit and enough time is left. Nothing that was proved before counts afterwards.
 * @returns `accepted` where the pending password has been signed in with meanwhile, since the answer was lost
 */
export async function writePending(
  change: PendingChange,
  application: Pick<Application, 'write' | 'user'>,
): Promise<SignInOutcome['kind'] | undefined> {
  const { context, owner } = change;
  requireFitPassword(change);
  context.time.require(timeToChange(context));
  context.memory.disprove(owner.secretArn);
  try {
    return await write(change, application);
  } finally {
    // What was proved while the change was under way may have signed in before it.
    context.memory.disprove(owner.secretArn);
  }
}

/** Writes; where the answer was lost, signing in tells whether it was written. */
async function write(
  change: PendingChange,
  { write, user }: Pick<Application, 'write' | 'user'>,
): Promise<SignInOutcome['kind'] | undefined> {
  try {
    await write();
    return undefined;
  } catch (error) {
    if (!isOutcomeUnknown(error) || (await proveInDoubt(change, user)) === 'refused') throw error;
    return 'accepted';
  }
}

async function proveInDoubt(change: PendingChange, user: string): Promise<SignInOutcome['kind']> {
  try {
    return await proveOnce(change, user);
  } catch (error) {
    throw unproven(error);
  }
}

/** Whether a password signs in where the change was made, by default the pending one. */
async function proveOnce(
  { context, owner, pending }: PendingChange,
  user: string,
  password = pending.password,
): Promise<SignInOutcome['kind']> {
  const outcome = await signInStored(context, owner, { ...pending, username: user, password });
  if (outcome.kind !== 'accepted') return 'refused';
  await outcome.session.close();
  return 'accepted';
}

/** See `ApplyContext.requireFitPassword`. */
export function requireFitPassword({ context, pending }: PendingChange): void {
  const rules = context.database.profile.password;
  const problem = problemWithPassword(pending.password.reveal(), rules);
  if (problem === undefined) return;
  throw refusalToError(
    refuse({
      code: 'KEYTURN_PENDING_PASSWORD_UNFIT',
      field: 'password',
      message: `The password of the AWSPENDING value ${problem}.`,
      remedy: `A stored value cannot be changed. ${CLEAR_PENDING}`,
    }),
  );
}

async function rollBack(change: PendingChange, { undo, user }: Application): Promise<never> {
  const { context, owner } = change;
  await undo?.write();
  context.memory.disprove(owner.secretArn);
  const state = await stateAfter(undo);
  const shown = JSON.stringify(user);
  if (state === 'undone' || state === 'dropped') {
    context.report({
      name: 'rotation.healed',
      code: state === 'dropped' ? 'user-dropped' : 'change-undone',
      how: `The change of user ${shown} was undone.`,
    });
  }
  const { username: current } = owner.current;
  const untouched =
    current === user
      ? ''
      : ` AWSCURRENT names user ${JSON.stringify(current)}, which was not changed.`;
  throw refusalToError(
    refuse({
      code: 'KEYTURN_NEW_PASSWORD_REFUSED',
      message: `The database refused the new password of user ${shown} right after it was set. ${STATES[state]}${untouched}`,
      remedy: 'Look for an authentication rule or a lock that shuts the user out.',
      retryable: true,
    }),
  );
}

/** What was looked at after a refused password, in words. */
const STATES = {
  undone: 'The change was undone: the old password was tried, and signs in.',
  dropped: 'The user, which was new, was dropped again, so the change is undone.',
  refused: 'The old password was put back, and the database refuses that one, too.',
  untried: 'The old password was put back; whether it signs in could not be tried.',
  unknown: 'Its old password is not known, so nothing was undone.',
} as const;

/** An undo is proved as a change is: an authentication rule may refuse whatever is stored. */
async function stateAfter(undo: Undo | undefined): Promise<keyof typeof STATES> {
  if (undo === undefined) return 'unknown';
  if (undo.prove === undefined) return 'dropped';
  try {
    return (await undo.prove()) === 'accepted' ? 'undone' : 'refused';
  } catch (error) {
    if (!KeyturnError.is(error)) throw error;
    return 'untried';
  }
}

/** Only a refused password is undone; on anything else the next delivery finds out by itself. */
function unproven(reason: unknown): unknown {
  if (!KeyturnError.is(reason) || reason.retryable) return reason;
  return new KeyturnError({
    code: reason.code,
    message: `The new password may be set, but signing in with it could not be tried. ${reason.message}`,
    retryable: true,
    quoted: reason.quoted,
    cause: reason,
  });
}
