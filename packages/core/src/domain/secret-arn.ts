/** `arn:partition:secretsmanager:region:account:secret:name-random`, without what a replica has of its own. */
const REGION = /^(arn:[^:]*:secretsmanager:)[^:]*(:.*)$/s;

/**
 * Whether two full ARNs, as the store gives them, name one secret. A replica in another region counts as the same
 * secret, since it holds the same values.
 */
export function isSameSecret(a: string, b: string): boolean {
  return anyRegion(a) === anyRegion(b);
}

function anyRegion(arn: string): string {
  return arn.replace(REGION, '$1$2');
}
