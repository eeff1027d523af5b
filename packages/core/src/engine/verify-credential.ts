import type { SecretOwner } from '../access/access-context.js';
import { signInStored } from '../access/sign-in-stored.js';
import { runChecks } from '../checks/run-checks.js';
import { SIGN_IN } from '../checks/sign-in-check.js';
import type { DatabaseSecret } from '../domain/database-secret.js';
import type { VersionId } from '../domain/secret-description.js';
import { VerificationFailedError } from '../errors.js';
import type { DatabaseSession } from '../ports/database-admin.js';
import type { VerificationSubject } from '../ports/verification-check.js';
import { redactText } from './redact-error.js';
import { changesLate, type StepContext } from './step-context.js';

/** A credential to run the checks with, and which of the two it is. */
export interface CheckedCredential {
  readonly credential: VerificationSubject['credential'];
  readonly versionId: VersionId;
  readonly secret: DatabaseSecret;
}

/** Runs the whole list of checks with a credential at the current version's address. */
export async function verifyCredential(
  context: StepContext,
  owner: SecretOwner,
  checked: CheckedCredential,
): Promise<void> {
  const { request, checks } = context;
  const { credential, versionId, secret } = checked;
  let opened: Promise<DatabaseSession> | undefined;
  const subject: VerificationSubject = {
    secretId: request.secretId,
    versionId,
    credential,
    user: secret.username,
    address: owner.current.address,
    signIn: () => (opened ??= openSession(context, owner, checked)),
  };
  try {
    await runChecks(checks, subject, {
      hide: (text) => redactText(text, context.secrets),
      clock: context.clock,
      limitMs: checksTimeOf(context),
    });
  } finally {
    await opened?.then(
      (session) => session.close(),
      () => undefined,
    );
  }
}

/** The same with the credential of the version that is pending. */
export function verifyPending(
  context: StepContext,
  owner: SecretOwner,
  pending: DatabaseSecret,
): Promise<void> {
  const { versionId } = context.request;
  return verifyCredential(context, owner, { credential: 'pending', versionId, secret: pending });
}

/** How long the list of checks may take: what the settings say, or else what the step has left. */
function checksTimeOf(context: StepContext): number {
  return changesLate(context) ? context.settings.checksTimeMs : context.time.forChecks();
}

async function openSession(
  context: StepContext,
  owner: SecretOwner,
  { credential, secret }: CheckedCredential,
): Promise<DatabaseSession> {
  // No statement of a check goes on for longer than the list may.
  const limits: StepContext['limits'] = (bounds) => {
    const { statementTimeoutMs, ...rest } = context.limits(bounds);
    return { ...rest, statementTimeoutMs: Math.min(statementTimeoutMs, checksTimeOf(context)) };
  };
  const outcome = await signInStored({ ...context, limits }, owner, secret, 'checks');
  if (outcome.kind === 'accepted') return outcome.session;
  const reason = `the database refused the ${credential} password of user ${JSON.stringify(secret.username)}`;
  throw new VerificationFailedError([{ check: SIGN_IN, reason }]);
}
