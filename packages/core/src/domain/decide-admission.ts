import type { ErrorCode } from './error-code.js';
import { refuse, type Refusal } from './refusal.js';
import { versionWith, type SecretDescription, type VersionId } from './secret-description.js';
import { AWSCURRENT, AWSPENDING } from './staging-label.js';
import { UNPROVEN_LABELS } from './tries/unproven-labels.js';

/**
 * Whether a version may be worked on.
 * `look-again` is a refusal that a lagging read may be the reason of: read the labels once more, then refuse.
 */
export type Admission =
  | { readonly kind: 'admitted'; readonly currentVersion: VersionId }
  | { readonly kind: 'already-current' }
  | { readonly kind: 'look-again'; readonly refusal: Refusal }
  | Refusal;

/** The guards of AWS's templates, and two of our own, over what the service says about the secret. */
export function decideAdmission(secret: SecretDescription, versionId: VersionId): Admission {
  const managed = refuseIfManaged(secret);
  if (managed !== undefined) return managed;
  if (secret.rotationEnabled === false) {
    return refuse({
      code: 'KEYTURN_ROTATION_DISABLED',
      message: 'Rotation is turned off for the secret.',
      remedy: 'Turn it on with RotateSecret before this function is called.',
    });
  }
  const labels = secret.labels.get(versionId);
  if (labels?.has(AWSCURRENT)) return { kind: 'already-current' };
  if (labels === undefined) {
    return lookAgain('KEYTURN_TOKEN_UNKNOWN', 'is not a labelled version of the secret');
  }
  if (!labels.has(AWSPENDING)) {
    return lookAgain('KEYTURN_TOKEN_NOT_PENDING', 'is not staged AWSPENDING');
  }
  const currentVersion = versionWith(secret, AWSCURRENT);
  if (currentVersion === undefined) return refuse(noCurrentValue);
  return refuseIfStopped(secret, versionId) ?? { kind: 'admitted', currentVersion };
}

/**
 * The refusal for a pending version of which an earlier delivery has found that no stored version signs in; undefined for
 * any other. Nothing is tried then, because wrong passwords in a row lock a user.
 */
export function refuseIfStopped(
  { labels }: SecretDescription,
  pending: VersionId,
): Refusal | undefined {
  const label = UNPROVEN_LABELS.current;
  if (labels.get(pending)?.has(label) !== true) return undefined;
  return refuse({
    code: 'KEYTURN_NO_PROOF_OF_OWNERSHIP',
    field: AWSCURRENT,
    message: `An earlier delivery found no stored version that signs in, so nothing was tried now: wrong passwords in a row lock a user. It has put the staging label ${label} on version ${pending}.`,
    remedy:
      'Store the credential that works with PutSecretValue, which is all it takes. Or set the user to the password that ' +
      'AWSCURRENT holds and run `keyturn repair`, which tries it once and takes the label off; ' +
      '`keyturn repair --use-superuser` sets it itself. Then rotate again.',
  });
}

/** The refusal for a secret that another service rotates; undefined for any other. */
export function refuseIfManaged({ owningService }: SecretDescription): Refusal | undefined {
  if (owningService === undefined) return undefined;
  return refuse({
    code: 'KEYTURN_MANAGED_SECRET',
    message: `The secret is managed by the service ${owningService}, which rotates it itself.`,
    remedy: 'Let that service rotate it; keyturn can use it as the superuser secret.',
  });
}

/** The refusal for a secret that has no value to start from. */
export const noCurrentValue: Omit<Refusal, 'kind'> = {
  code: 'KEYTURN_NO_CURRENT_VALUE',
  field: AWSCURRENT,
  message: 'The secret has no AWSCURRENT value to rotate from.',
  remedy: 'Store the credential that works today with PutSecretValue, then rotate again.',
};

function lookAgain(code: ErrorCode, problem: string): Admission {
  const refusal = refuse({
    code,
    field: 'ClientRequestToken',
    message: `The version named by ClientRequestToken ${problem}.`,
    remedy:
      'Another rotation or an operator may have taken over; start a rotation with RotateSecret.',
  });
  return { kind: 'look-again', refusal };
}
