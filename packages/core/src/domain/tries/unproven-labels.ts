import { versionWith, type SecretDescription, type VersionId } from '../secret-description.js';

/** Whose password no stored version knows: the user that AWSCURRENT names, or its alternate. */
export type TriedUser = 'current' | 'alternate';

/**
 * The staging labels of keyturn's own. A delivery that ends without proof puts one on the pending version, so that later
 * ones try nothing: wrong passwords in a row lock a user. A role whose policy has a condition on
 * `secretsmanager:VersionStage` has to allow them.
 */
export const UNPROVEN_LABELS = {
  current: 'KEYTURN_UNPROVEN',
  alternate: 'KEYTURN_UNPROVEN_ALTERNATE',
} as const satisfies Record<TriedUser, string>;

/** A label of keyturn's own, and the version that it is on. */
export interface UnprovenLabel {
  readonly who: TriedUser;
  readonly label: string;
  readonly versionId: VersionId;
}

/** The labels of keyturn's own that a secret has. */
export function unprovenLabelsOn(secret: SecretDescription): readonly UnprovenLabel[] {
  return (['current', 'alternate'] as const).flatMap((who) => {
    const label = UNPROVEN_LABELS[who];
    const versionId = versionWith(secret, label);
    return versionId === undefined ? [] : [{ who, label, versionId }];
  });
}

/** Which labels keep keyturn from trying: a value that is newer than the label's version and AWSCURRENT lifts one. */
export function standingLabels(
  secret: SecretDescription,
  newerThanCurrent: readonly VersionId[],
  pending: VersionId | undefined,
): readonly UnprovenLabel[] {
  return unprovenLabelsOn(secret).filter(
    ({ versionId }) => versionId === pending || newerThanCurrent.includes(versionId),
  );
}
