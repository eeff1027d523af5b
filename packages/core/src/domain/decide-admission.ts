import type { ErrorCode } from './error-code.js';
import { refuse, type Refusal } from './refusal.js';
import { versionWith, type SecretDescription, type VersionId } from './secret-description.js';
import { AWSCURRENT, AWSPENDING } from './staging-label.js';
import { isOwnLabel } from './tries/own-label.js';
import { readTryLabels } from './tries/try-labels.js';

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
  const labels = foreignLabels(secret, versionId);
  if (labels?.has(AWSCURRENT)) return { kind: 'already-current' };
  if (labels === undefined) {
    return lookAgain('KEYTURN_TOKEN_UNKNOWN', 'is not a labelled version of the secret');
  }
  if (!labels.has(AWSPENDING)) {
    return lookAgain('KEYTURN_TOKEN_NOT_PENDING', 'is not staged AWSPENDING');
  }
  const currentVersion = versionWith(secret, AWSCURRENT);
  if (currentVersion === undefined) return refuse(noCurrentValue);
  return refuseIfStopped(secret, currentVersion) ?? { kind: 'admitted', currentVersion };
}

/**
 * The refusal for a secret of which an earlier delivery has found that no stored version signs in; undefined for any
 * other. Nothing is tried then, because wrong passwords in a row lock a user.
 */
export function refuseIfStopped(
  secret: SecretDescription,
  currentVersion: VersionId,
): Refusal | undefined {
  const { stopped, found } = readTryLabels(secret, 'current', currentVersion);
  if (!stopped) return undefined;
  const versions = [...new Set(found.map(({ versionId }) => versionId))].join(', ');
  return refuse({
    code: 'KEYTURN_NO_PROOF_OF_OWNERSHIP',
    field: AWSCURRENT,
    message: `An earlier delivery found no stored version that signs in, so nothing was tried now: wrong passwords in a row lock a user. Its staging label is on version ${versions}.`,
    remedy: LIFT_STOP,
  });
}

/** How to let keyturn try stored credentials again. */
export const LIFT_STOP =
  'Store the credential that works with PutSecretValue, which is all it takes. Or set the user to the password that ' +
  'AWSCURRENT holds and run `keyturn repair`, which tries it once; `keyturn repair --use-superuser` sets it itself and ' +
  'unlocks the user where it has to. Then rotate again.';

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

/** The labels of a version but keyturn's own, which stay on one that the service has given up; undefined for none. */
function foreignLabels(
  { labels }: SecretDescription,
  versionId: VersionId,
): ReadonlySet<string> | undefined {
  const held = labels.get(versionId);
  return held !== undefined && held.size > 0 && [...held].every(isOwnLabel) ? undefined : held;
}

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
