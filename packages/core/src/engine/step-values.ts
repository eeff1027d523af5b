import type { SecretOwner } from '../access/access-context.js';
import { parseStored } from '../access/stored-values.js';
import type { DatabaseSecret } from '../domain/database-secret.js';
import { CLEAR_PENDING, decidePending } from '../domain/decide-pending.js';
import { isRefusal, refuse } from '../domain/refusal.js';
import { refusalToError } from '../errors.js';
import type { StoredValue } from '../ports/secret-store.js';
import type { AdmittedWithValues } from './admit.js';
import { nextUserOf, type StepContext } from './step-context.js';

/** The two values of a step that needs both. */
export interface StepCredentials {
  readonly owner: SecretOwner;
  readonly current: DatabaseSecret;
  readonly pending: DatabaseSecret;
  /** The two are equal, as in RotateSecret with RotateImmediately=false: only to be tested. */
  readonly isConfigTest: boolean;
}

/** Parses the AWSCURRENT value, whose secrets are hidden from errors from now on. Throws an `InvalidInputError`. */
export function parseCurrent(context: StepContext, value: StoredValue): DatabaseSecret {
  const secret = parseStored(context, value, 'the AWSCURRENT version');
  if (isRefusal(secret)) throw refusalToError(secret);
  return secret;
}

/** The same for the AWSPENDING value, which nobody can correct any more. */
export function parsePending(context: StepContext, value: StoredValue): DatabaseSecret {
  const secret = parseStored(context, value, 'the AWSPENDING version');
  if (!isRefusal(secret)) return secret;
  throw refusalToError({ ...secret, remedy: `A stored value cannot be changed. ${CLEAR_PENDING}` });
}

/** Both values, guarded. Throws where the pending one is missing or must not be acted on. */
export function parseBoth(
  context: StepContext,
  { secret, values }: AdmittedWithValues,
): StepCredentials {
  const current = parseCurrent(context, values.current);
  if (values.pending === undefined) {
    throw refusalToError(
      refuse({
        code: 'KEYTURN_NO_PENDING_VALUE',
        field: 'ClientRequestToken',
        message: 'The AWSPENDING version has no value yet.',
        remedy: 'createSecret has to succeed first; the service repeats the rotation from there.',
        retryable: true,
      }),
    );
  }
  const pending = parsePending(context, values.pending);
  const nextUser = nextUserOf(context, current);
  const verdict = decidePending(current, pending, nextUser, context.request.step);
  const owner = { secretArn: secret.arn, current, nextUser };
  switch (verdict.kind) {
    case 'refused':
      throw refusalToError(verdict);
    case 'fit':
    case 'config-test':
      return { owner, current, pending, isConfigTest: verdict.kind === 'config-test' };
  }
}
