import type { SecretOwner } from '../access/access-context.js';
import { signInStored } from '../access/sign-in-stored.js';
import { runChecks } from '../checks/run-checks.js';
import { SIGN_IN } from '../checks/sign-in-check.js';
import type { DatabaseSecret } from '../domain/database-secret.js';
import { VerificationFailedError } from '../errors.js';
import type { DatabaseSession } from '../ports/database-admin.js';
import { redactText } from './redact-error.js';
import type { StepContext } from './step-context.js';

/** Runs the whole list of checks with the pending credential at the current version's address. */
export async function verifyPending(
  context: StepContext,
  owner: SecretOwner,
  pending: DatabaseSecret,
): Promise<void> {
  const { request, checks } = context;
  let opened: Promise<DatabaseSession> | undefined;
  const subject = {
    secretId: request.secretId,
    versionId: request.versionId,
    user: pending.username,
    address: owner.current.address,
    signIn: () => (opened ??= openSession(context, owner, pending)),
  };
  try {
    await runChecks(checks, subject, (text) => redactText(text, context.secrets));
  } finally {
    await opened?.then(
      (session) => session.close(),
      () => undefined,
    );
  }
}

async function openSession(
  context: StepContext,
  owner: SecretOwner,
  pending: DatabaseSecret,
): Promise<DatabaseSession> {
  const outcome = await signInStored(context, owner, pending, 'checks');
  if (outcome.kind === 'accepted') return outcome.session;
  const reason = `the database refused the pending password of user ${JSON.stringify(pending.username)}`;
  throw new VerificationFailedError([{ check: SIGN_IN, reason }]);
}
