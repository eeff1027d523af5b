import type { StepOutcome } from '../domain/step-outcome.js';
import { readAnew } from '../access/stored-values.js';
import { decideCreation } from '../domain/decide-creation.js';
import { buildPasswordPolicy, meetsPolicy } from '../domain/password-policy.js';
import { isRefusal, refuse } from '../domain/refusal.js';
import { MAX_SECRET_BYTES, rewriteSecret } from '../domain/rewrite-secret.js';
import type { DatabaseSecret } from '../domain/database-secret.js';
import type { Sensitive } from '../domain/sensitive.js';
import { utf8Length } from '../domain/user-name.js';
import { refusalToError } from '../errors.js';
import type { AdmittedWithValues, StepValues } from './admit.js';
import { nextUserOf, prepareContextOf, type StepContext } from './step-context.js';
import { parseCurrent, parsePending } from './step-values.js';
import { unfitToBegin } from './unfit-to-begin.js';

/**
 * createSecret: makes sure that the pending version has a value. Everything that needs no database is checked
 * before that, because a stored value can never be changed.
 */
export async function createStep(
  context: StepContext,
  { secret, values }: AdmittedWithValues,
): Promise<StepOutcome> {
  const { strategy, settings, database, store, request } = context;
  const current = parseCurrent(context, values.current);
  const user = nextUserOf(context, current);
  const policy = buildPasswordPolicy(database.profile.password, settings);
  if (isRefusal(policy)) throw refusalToError(policy);
  const owner = { secretArn: secret.arn, current, nextUser: user };
  await strategy.prepare?.(prepareContextOf(context, owner));
  if (keepsStoredValue(context, current, values.pending, user)) return 'value-kept';
  const unfit = unfitToBegin(context);
  if (unfit !== undefined) {
    // A rotation that has its value goes on, since its password may be set already.
    const stored = await readAnew(context, request.versionId);
    if (keepsStoredValue(context, current, stored, user)) return 'value-kept';
    throw refusalToError(unfit);
  }

  const password = await context.passwords.generate(policy);
  context.secrets.add(password);
  if (!meetsPolicy(password.reveal(), policy)) throw unfitPassword();
  const text = rewriteSecret(current.text, { username: user, password });
  context.secrets.add(text);
  checkSize(text);
  const { secretId, versionId, rotationToken } = request;
  const outcome = await store.putPending({ secretId, versionId, text, rotationToken });
  if (outcome === 'stored') {
    context.memory.keepValue({ kind: 'text', secretArn: secret.arn, versionId, text });
    return 'value-stored';
  }

  // Another delivery of this step was faster; its value is the one that counts.
  const stored = await readAnew(context, versionId);
  if (keepsStoredValue(context, current, stored, user)) return 'value-kept';
  throw refusalToError(
    refuse({
      code: 'KEYTURN_LABELS_IN_MOTION',
      message: 'The pending version is said to have a value, and it cannot be read yet.',
      remedy: 'The next delivery reads it again.',
      retryable: true,
    }),
  );
}

function keepsStoredValue(
  context: StepContext,
  current: DatabaseSecret,
  value: StepValues['pending'],
  user: string,
): boolean {
  const pending = value && parsePending(context, value);
  const creation = decideCreation(current, pending, user);
  switch (creation.kind) {
    case 'refused':
      throw refusalToError(creation);
    case 'reuse':
      return true;
    case 'generate':
      return false;
  }
}

function unfitPassword(): Error {
  return refusalToError(
    refuse({
      code: 'KEYTURN_INVALID_SETTING',
      field: 'PasswordSource',
      message:
        'The password source gave a password that does not meet the policy it was asked for.',
      remedy: 'Correct the password source; nothing was stored.',
    }),
  );
}

function checkSize(text: Sensitive): void {
  const size = utf8Length(text.reveal());
  if (size <= MAX_SECRET_BYTES) return;
  throw refusalToError(
    refuse({
      code: 'KEYTURN_INVALID_SECRET',
      field: 'SecretString',
      message: `The new value would be ${size} bytes long and the most is ${MAX_SECRET_BYTES}.`,
      remedy: 'Move what is not part of the credential out of the secret.',
    }),
  );
}
