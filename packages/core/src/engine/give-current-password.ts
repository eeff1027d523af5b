import { liftUnproven } from '../access/lift-unproven.js';
import { pauseWithJitter } from '../access/read-again.js';
import { signInStored } from '../access/sign-in-stored.js';
import { parseIfFit, readVersion } from '../access/stored-values.js';
import type { HeldVersion } from '../domain/decide-heir.js';
import { sameServer } from '../domain/database-address.js';
import { refuse } from '../domain/refusal.js';
import { versionWith, type VersionId } from '../domain/secret-description.js';
import { AWSCURRENT } from '../domain/staging-label.js';
import { refusalToError } from '../errors.js';
import type { ChangedUser } from './give-way.js';
import type { PendingChange } from './pending-change.js';
import { describeSecret, type StepContext } from './step-context.js';

/** How often AWSCURRENT may move again while its password is given back. */
const MOST_ROUNDS = 5;
/** Reads lag writes: how long to wait before the labels count, in milliseconds. */
const PAUSE_MS = 200;

/**
 * Gives a user the password of the version that is AWSCURRENT, proves it by signing in, and looks at the labels again
 * until AWSCURRENT has stayed where it is meanwhile. This is the undo of a change that finishSecret makes: nobody but
 * AWSCURRENT has a claim on the user then. Safe to repeat.
 * @returns the version that AWSCURRENT was on when it was looked at last
 * @throws `KEYTURN_NEW_PASSWORD_REFUSED` where the database does not take the password of AWSCURRENT
 */
export async function giveCurrentPassword(
  change: PendingChange,
  { session, user }: ChangedUser,
): Promise<VersionId | undefined> {
  const { context, owner } = change;
  let held: HeldVersion | undefined = {
    versionId: change.currentVersion,
    secret: owner.current,
  };
  for (let round = 1; ; round++) {
    if (held?.secret.username === user) await giveAndProve(context, owner.secretArn, held, session);
    await pauseWithJitter(context.clock, PAUSE_MS);
    const labels = await describeSecret(context);
    await liftUnproven(context.store, context.secretId, labels);
    const current: VersionId | undefined = versionWith(labels, AWSCURRENT);
    if (current === undefined || current === held?.versionId || round === MOST_ROUNDS) {
      return current;
    }
    const value = await readVersion(context, owner.secretArn, current);
    const secret = value && parseIfFit(context, value);
    if (secret && !sameServer(secret.address, owner.current.address)) throw movedAway(user);
    held = secret && { versionId: current, secret };
  }
}

async function giveAndProve(
  context: StepContext,
  secretArn: string,
  { versionId, secret }: HeldVersion,
  session: ChangedUser['session'],
): Promise<void> {
  const { username: user, password } = secret;
  await session.setPassword({ user, password });
  context.memory.disprove(secretArn);
  const outcome = await signInStored(
    context,
    { secretArn, current: secret, nextUser: user },
    secret,
  );
  if (outcome.kind !== 'accepted') throw currentRefused(user);
  await outcome.session.close();
  context.report({
    name: 'rotation.healed',
    code: 'current-restored',
    how: `User ${JSON.stringify(user)} has the password of AWSCURRENT, version ${versionId}, again.`,
  });
}

/** A password that was stored with another server is not set on this one. */
function movedAway(user: string): Error {
  return refusalToError(
    refuse({
      code: 'KEYTURN_TARGET_MISMATCH',
      field: 'host',
      message: `AWSCURRENT moved to a version that names another server, so user ${JSON.stringify(user)} was not given its password here.`,
      remedy: 'Correct the address in AWSCURRENT, then rotate again.',
      retryable: true,
    }),
  );
}

function currentRefused(user: string): Error {
  return refusalToError(
    refuse({
      code: 'KEYTURN_NEW_PASSWORD_REFUSED',
      message: `User ${JSON.stringify(user)} was given the password of AWSCURRENT again, and the database refused the sign-in with it.`,
      remedy:
        'AWSCURRENT does not work now. Look for an authentication rule or a lock that shuts the user out; the next delivery tries again.',
      retryable: true,
    }),
  );
}
