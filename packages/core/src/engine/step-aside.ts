import { signInStored } from '../access/sign-in-stored.js';
import { parseIfFit } from '../access/stored-values.js';
import { KeyturnError } from '../errors.js';
import type { AdmittedWithValues } from './admit.js';
import { settleUser } from './give-way.js';
import type { StepContext } from './step-context.js';

/**
 * Runs the work of a step. Where it refuses the pending value because that names AWSCURRENT's own user, another
 * rotation has promoted its version late: after this one had set the password of the user that both would make
 * current. AWSCURRENT is dead then, and this rotation alone knows the password that works, so it gives the user
 * AWSCURRENT's before the refusal stands.
 */
export async function orStepAside<T>(
  context: StepContext,
  admitted: AdmittedWithValues,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (KeyturnError.is(error, 'KEYTURN_USER_MISMATCH')) {
      try {
        await stepAside(context, admitted);
      } catch (failure) {
        // The refusal says what to do; whatever kept the user from being healed, the next delivery tries again.
        if (!KeyturnError.is(failure)) throw failure;
      }
    }
    throw error;
  }
}

async function stepAside(
  context: StepContext,
  { secret, currentVersion, values }: AdmittedWithValues,
): Promise<void> {
  const current = parseIfFit(context, values.current);
  const pending = values.pending && parseIfFit(context, values.pending);
  if (current === undefined || pending?.username !== current.username) return;
  if (pending.password.equals(current.password)) return;
  const { username: user } = pending;
  // A user has one password: if one of the two is accepted, the other is not, and would only count as a wrong one.
  const owner = { secretArn: secret.arn, current, nextUser: user };
  const alive = await signInStored(context, owner, current);
  if (alive.kind === 'accepted') return alive.session.close();
  const outcome = await signInStored(context, owner, pending);
  if (outcome.kind !== 'accepted') return;
  const { session } = outcome;
  try {
    const held = { versionId: currentVersion, secret: current };
    const changed = { session, user, server: current.address };
    await settleUser(context, changed, secret, { current: held, pending: undefined });
  } finally {
    await session.close();
  }
}
