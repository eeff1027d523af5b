import type { StepOutcome } from '../domain/step-outcome.js';
import { signInStored } from '../access/sign-in-stored.js';
import { versionWith } from '../domain/secret-description.js';
import { AWSCURRENT } from '../domain/staging-label.js';
import { explainError, KeyturnError } from '../errors.js';
import type { DatabaseSession } from '../ports/database-admin.js';
import type { ChangePasswordRequest } from '../ports/rotation-strategy.js';
import { ALREADY_CURRENT } from './admit.js';
import type { StrategyAtWork } from './apply-context.js';
import { isOutcomeUnknown, writePending } from './apply-pending.js';
import { giveCurrentPassword } from './give-current-password.js';
import { describeSecret } from './step-context.js';

/**
 * The change of a password that finishSecret makes, with the session that can take it back. That session stays open
 * until AWSCURRENT has moved.
 */
export class LateChange {
  readonly #atWork: StrategyAtWork;
  #session: DatabaseSession | undefined;

  constructor(atWork: StrategyAtWork) {
    this.#atWork = atWork;
  }

  /** Writes the pending password; the rest of the step proves it. */
  async write({ session, user }: ChangePasswordRequest): Promise<void> {
    const { change, stored } = this.#atWork;
    this.#session = session;
    stored.passwordChanges(user);
    await writePending(change, {
      user,
      write: () => session.setPassword({ user, password: change.pending.password }),
    });
    change.context.report({ name: 'password.changed', user });
  }

  /**
   * Puts the password of AWSCURRENT back and proves it; then fails for the reason given, unless AWSCURRENT turns out to
   * be the very version that was being promoted.
   */
  async undo(reason: unknown): Promise<StepOutcome> {
    const { change } = this.#atWork;
    const user = change.pending.username;
    let current: string | undefined;
    try {
      current = await this.#withSession((session) =>
        giveCurrentPassword(change, { session, user }),
      );
    } catch (failure) {
      throw notUndone(reason, failure);
    }
    if (current === change.context.request.versionId) return ALREADY_CURRENT;
    throw undone(reason);
  }

  /**
   * Writes the password once more after AWSCURRENT has moved: another delivery may have undone the change between its
   * proof and the move. One statement by the session that is open costs less than a sign-in to find out. Where AWSCURRENT
   * has moved on since, the user gets the password of that version.
   */
  async giveAgain(): Promise<void> {
    const { change } = this.#atWork;
    const { context, pending } = change;
    const { username: user, password } = pending;
    await this.#withSession(async (session) => {
      await session.setPassword({ user, password });
      const labels = await describeSecret(context);
      if (versionWith(labels, AWSCURRENT) === context.request.versionId) return;
      await giveCurrentPassword(change, { session, user });
    });
  }

  /** The session that is open; where that is lost, one of whichever of the two credentials signs in. */
  async #withSession<T>(work: (session: DatabaseSession) => Promise<T>): Promise<T> {
    if (this.#session !== undefined) {
      try {
        return await work(this.#session);
      } catch (error) {
        if (!isOutcomeUnknown(error)) throw error;
      }
    }
    const { change, stored } = this.#atWork;
    const { username } = change.pending;
    const kept = await stored.try({ rung: 'pending', users: [username], keepSession: true });
    if (kept.session !== undefined) return work(kept.session);
    const outcome = await signInStored(change.context, change.owner, change.owner.current);
    if (outcome.kind !== 'accepted') throw neitherSignsIn(username);
    try {
      return await work(outcome.session);
    } finally {
      await outcome.session.close();
    }
  }
}

function neitherSignsIn(user: string): KeyturnError {
  return new KeyturnError({
    code: 'KEYTURN_NEW_PASSWORD_REFUSED',
    message: `User ${JSON.stringify(user)} signs in with neither the AWSCURRENT password nor the AWSPENDING one.`,
    remedy: 'Look for a lock or an authentication rule that shuts the user out.',
    retryable: true,
  });
}

/** The reason, and what was looked at since. */
function undone(reason: unknown): unknown {
  if (!KeyturnError.is(reason)) return reason;
  return explainError(
    reason,
    'The user has the password of AWSCURRENT again, which was tried and signs in.',
  );
}

function notUndone(reason: unknown, failure: unknown): unknown {
  if (!KeyturnError.is(failure)) return failure;
  const [first, quoted] = KeyturnError.is(reason)
    ? [reason.message, reason.quoted]
    : [String(reason), [String(reason)]];
  return new KeyturnError({
    code: failure.code,
    message: `${first} Putting the password of AWSCURRENT back then failed as well: ${failure.message}`,
    remedy:
      'The user may have either password now. The next delivery, or the next rotation, goes on with the one that signs in.',
    retryable: true,
    quoted: [...quoted, ...failure.quoted],
    cause: reason instanceof Error ? reason : failure,
  });
}
