import { sameServer, type DatabaseAddress } from '../domain/database-address.js';
import { liftUnproven } from '../access/lift-unproven.js';
import { pauseWithJitter } from '../access/read-again.js';
import { signInStored } from '../access/sign-in-stored.js';
import { parseIfFit, readAnew } from '../access/stored-values.js';
import { decideHeir, type HeldVersion } from '../domain/decide-heir.js';
import { decidePending } from '../domain/decide-pending.js';
import { problemWithPassword } from '../domain/password-policy.js';
import { refuse } from '../domain/refusal.js';
import { versionWith, type SecretDescription } from '../domain/secret-description.js';
import { AWSCURRENT, AWSPENDING } from '../domain/staging-label.js';
import { refusalToError } from '../errors.js';
import type { DatabaseSession } from '../ports/database-admin.js';
import type { PendingChange } from './pending-change.js';
import { describeSecret, nextUserOf, type StepContext } from './step-context.js';

/** How often the labels may change again while this rotation gives way. */
const MOST_ROUNDS = 5;
/** Reads lag writes: how long to wait before the labels count, in milliseconds. */
const PAUSE_MS = 200;

/** Whose password was changed, by which session. */
export interface ChangedUser {
  readonly session: DatabaseSession;
  readonly user: string;
}

/** The same, and where the session is signed in. */
export interface ChangedAt extends ChangedUser {
  readonly server: DatabaseAddress;
}

/** The versions whose password a user could have. */
export interface HeldVersions {
  readonly current: HeldVersion | undefined;
  readonly pending: HeldVersion | undefined;
}

/**
 * After a password was changed: if another rotation has taken over meanwhile, gives the user the password that
 * the secret now holds for it and fails, so that the newer rotation's value works. Nothing happens while the
 * version is still pending beside the same AWSCURRENT, or has become current.
 * @throws `KEYTURN_TOKEN_SUPERSEDED`, retryable.
 */
export async function giveWayIfSuperseded(
  { context, owner, currentVersion }: PendingChange,
  by: ChangedUser,
  labels: SecretDescription,
): Promise<void> {
  const { versionId } = context.request;
  const undisturbed = (seen: SecretDescription): boolean =>
    versionWith(seen, AWSCURRENT) === versionId ||
    (versionWith(seen, AWSPENDING) === versionId &&
      versionWith(seen, AWSCURRENT) === currentVersion);
  if (undisturbed(labels)) return;
  await pauseWithJitter(context.clock, PAUSE_MS);
  const seen = await describeSecret(context);
  if (undisturbed(seen)) return;
  const changed = { ...by, server: owner.current.address };
  const heir = await settleUser(context, changed, seen, await readHeld(context, seen));
  // AWSCURRENT moved, and this version is still the one to come.
  if (heir?.versionId === versionId) return;
  throw refusalToError(
    refuse({
      code: 'KEYTURN_TOKEN_SUPERSEDED',
      message: `Another rotation took over while the password of user ${JSON.stringify(by.user)} was being changed.`,
      remedy:
        heir === undefined
          ? 'The secret holds no password for it on this server now, so none was given to it. Rotate again.'
          : 'The user was given the password that the secret holds for it now; nothing is left to do.',
      retryable: true,
    }),
  );
}

/**
 * Gives a user the password that the secret holds for it, and again until that stays the same meanwhile.
 * @returns the version it has the password of; undefined where the secret holds none for it.
 */
export async function settleUser(
  context: StepContext,
  changed: ChangedAt,
  labels: SecretDescription,
  versions: HeldVersions,
): Promise<HeldVersion | undefined> {
  let seen = labels;
  let held = versions;
  for (let round = 1; ; round++) {
    const heir = heirOf(context, changed, held);
    if (heir !== undefined && heir.versionId !== context.request.versionId) {
      await handOver(context, changed, { ...heir, secretArn: labels.arn });
      context.memory.disprove(labels.arn);
    }
    const again = await describeSecret(context);
    if (heir !== undefined) await liftUnproven(context.store, context.secretId, again);
    const same = sameLabels(seen, again);
    const pendingWasEmpty = held.pending === undefined && versionWith(again, AWSPENDING);
    if (round === MOST_ROUNDS || (same && !pendingWasEmpty)) return heir;
    seen = again;
    held = await readHeld(context, again);
    // The same labels, but the pending version may have got its value and set it before the write above.
    if (same && heirOf(context, changed, held)?.versionId === heir?.versionId) return heir;
  }
}

function heirOf(
  context: StepContext,
  { user, server }: ChangedAt,
  { current, pending }: HeldVersions,
): HeldVersion | undefined {
  // What was stored with another server is not presented to this one, nor set there.
  if (current === undefined || !sameServer(current.secret.address, server)) return undefined;
  return decideHeir(user, pending && fitPending(context, current, pending), current);
}

async function handOver(
  context: StepContext,
  { session, user }: ChangedUser,
  { versionId, secret, secretArn }: HeldVersion & { readonly secretArn: string },
): Promise<void> {
  const { password } = secret;
  await session.setPassword({ user, password });
  // Current and a fit pending value name the same address.
  const owner = { secretArn, current: secret, nextUser: user };
  const outcome = await signInStored(context, owner, secret);
  if (outcome.kind !== 'accepted') return;
  await outcome.session.close();
  context.report({
    name: 'rotation.healed',
    code: 'gave-way',
    how: `Gave user ${JSON.stringify(user)} the password of version ${versionId}, which took over.`,
  });
}

async function readHeld(context: StepContext, secret: SecretDescription): Promise<HeldVersions> {
  const [current, pending] = await Promise.all([
    heldVersion(context, versionWith(secret, AWSCURRENT)),
    heldVersion(context, versionWith(secret, AWSPENDING)),
  ]);
  return { current, pending };
}

async function heldVersion(
  context: StepContext,
  versionId: string | undefined,
): Promise<HeldVersion | undefined> {
  if (versionId === undefined) return undefined;
  const value = await readAnew(context, versionId);
  const secret = value && parseIfFit(context, value);
  return secret && { versionId, secret };
}

/** A pending value counts only as far as its own rotation could act on it. */
function fitPending(
  context: StepContext,
  current: HeldVersion,
  pending: HeldVersion,
): HeldVersion | undefined {
  const next = nextUserOf(context, current.secret);
  const verdict = decidePending(current.secret, pending.secret, next, 'setSecret');
  const { password } = context.database.profile;
  const fit =
    verdict.kind === 'fit' &&
    problemWithPassword(pending.secret.password.reveal(), password) === undefined;
  return fit ? pending : undefined;
}

function sameLabels(a: SecretDescription, b: SecretDescription): boolean {
  return [AWSCURRENT, AWSPENDING].every((label) => versionWith(a, label) === versionWith(b, label));
}
