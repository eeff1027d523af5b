import { versionWith, type SecretDescription, type VersionId } from '../secret-description.js';
import { AWSCURRENT } from '../staging-label.js';

/**
 * keyturn's own staging label: the one version, newer than the last that became current by keyturn, whose password may
 * have been set in the database. It is put with the value, moves to another version only right before the password of
 * that one is set, and so survives a rotation that is given up.
 */
export const MAY_BE_SET = 'KEYTURN_MAY_BE_SET';

/**
 * The same for the first value that keyturn stores in a secret: what was there before is somebody else's work, about
 * which nothing is known.
 */
export const FIRST_MAY_BE_SET = 'KEYTURN_FIRST_MAY_BE_SET';

/** The version that one of the two labels is on. */
export function mayBeSet(secret: SecretDescription): VersionId | undefined {
  return versionWith(secret, MAY_BE_SET) ?? versionWith(secret, FIRST_MAY_BE_SET);
}

/**
 * The labels that a new pending value gets besides AWSPENDING. While a rotation that was given up has the label, it
 * stays there: that one may have set its password, and the new one has not.
 */
export function labelsOfNewValue(secret: SecretDescription): readonly string[] {
  const holder = mayBeSet(secret);
  if (holder === undefined) return [FIRST_MAY_BE_SET];
  return holder === versionWith(secret, AWSCURRENT) ? [MAY_BE_SET] : [];
}

/** Where the label has to come from right before the password of a version is set; undefined where it is there already. */
export function moveToChanging(
  secret: SecretDescription,
  versionId: VersionId,
): { readonly from: VersionId | undefined } | undefined {
  return mayBeSet(secret) === versionId ? undefined : { from: versionWith(secret, MAY_BE_SET) };
}

/**
 * Whether AWSCURRENT was made current by keyturn, after it had signed in: AWSPREVIOUS has no better claim then. So it is
 * where the label came to the pending version from AWSCURRENT.
 */
export function currentWasProven(secret: SecretDescription, pending: VersionId): boolean {
  return versionWith(secret, MAY_BE_SET) === pending;
}
