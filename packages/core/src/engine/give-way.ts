import { decideHeir, type HeldVersion } from '../domain/decide-heir.js';
import { decidePending } from '../domain/decide-pending.js';
import { problemWithPassword } from '../domain/password-policy.js';
import { refuse } from '../domain/refusal.js';
import { versionWith, type SecretDescription } from '../domain/secret-description.js';
import { AWSCURRENT, AWSPENDING } from '../domain/staging-label.js';
import { refusalToError } from '../errors.js';
import type { DatabaseSession } from '../ports/database-admin.js';
import type { PendingChange } from './pending-change.js';
import {
  describeSecret,
  nextUserOf,
  parseIfFit,
  signInAt,
  type StepContext,
} from './step-context.js';

/** How often the labels may change again while this rotation gives way. */
const MOST_ROUNDS = 5;
/** Reads lag writes: how long to wait before the labels count, in milliseconds. */
const PAUSE_MS = 200;

/** Whose password was changed, by which session. */
export interface ChangedUser {
  readonly session: DatabaseSession;
  readonly user: string;
}

/**
 * After a password was changed: if another rotation has taken over meanwhile, gives the user the password that
 * the secret now holds for it and fails, so that the newer rotation's value works. Nothing happens while the
 * version is still pending, or has become current.
 * @throws `KEYTURN_TOKEN_SUPERSEDED`, retryable.
 */
export async function giveWayIfSuperseded(
  { context }: PendingChange,
  changed: ChangedUser,
  labels: SecretDescription,
): Promise<void> {
  if (holdsItsLabel(context, labels)) return;
  await context.clock.sleep(PAUSE_MS * (0.5 + context.clock.random()));
  let seen = await describeSecret(context);
  if (holdsItsLabel(context, seen)) return;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    await handOver(context, changed, seen);
    const again = await describeSecret(context);
    if (sameLabels(seen, again)) break;
    seen = again;
  }
  throw refusalToError(
    refuse({
      code: 'KEYTURN_TOKEN_SUPERSEDED',
      message: `Another rotation took over while the password of user ${JSON.stringify(changed.user)} was being changed.`,
      remedy: 'The user has the password that the secret holds for it now; nothing is left to do.',
      retryable: true,
    }),
  );
}

function holdsItsLabel({ request }: StepContext, secret: SecretDescription): boolean {
  const labels = secret.labels.get(request.versionId);
  return labels !== undefined && (labels.has(AWSPENDING) || labels.has(AWSCURRENT));
}

async function handOver(
  context: StepContext,
  { session, user }: ChangedUser,
  secret: SecretDescription,
): Promise<void> {
  const [current, pending] = await Promise.all([
    heldVersion(context, versionWith(secret, AWSCURRENT)),
    heldVersion(context, versionWith(secret, AWSPENDING)),
  ]);
  if (current === undefined) return;
  const heir = decideHeir(user, pending && fitPending(context, current, pending), current);
  if (heir === undefined) return;
  const { password } = heir.secret;
  await session.setPassword({ user, password });
  const outcome = await signInAt(context, current.secret, { user, password });
  if (outcome.kind === 'accepted') await outcome.session.close();
  context.report({
    name: 'rotation.healed',
    how: `Gave user ${JSON.stringify(user)} the password of version ${heir.versionId}, which took over.`,
  });
}

async function heldVersion(
  context: StepContext,
  versionId: string | undefined,
): Promise<HeldVersion | undefined> {
  if (versionId === undefined) return undefined;
  const { store, request } = context;
  const value = await store.readValue({ secretId: request.secretId, versionId });
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
