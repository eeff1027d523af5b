import type { ErrorCode } from './error-code.js';
import { refuse, type Refusal } from './refusal.js';
import { versionWith, type SecretDescription, type VersionId } from './secret-description.js';
import { AWSCURRENT, AWSPENDING } from './staging-label.js';

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
  if (currentVersion !== undefined) return { kind: 'admitted', currentVersion };
  return refuse(noCurrentValue);
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
