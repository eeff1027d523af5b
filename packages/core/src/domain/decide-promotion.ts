import { versionWith, type SecretDescription, type VersionId } from './secret-description.js';
import { AWSCURRENT } from './staging-label.js';

/** Which label moves from where to where, if any. */
export type Promotion =
  | { readonly kind: 'already-current' }
  | { readonly kind: 'move'; readonly from?: VersionId; readonly to: VersionId };

/** finishSecret moves AWSCURRENT to the tested version, off whatever version holds it. */
export function decidePromotion(secret: SecretDescription, to: VersionId): Promotion {
  const from = versionWith(secret, AWSCURRENT);
  if (from === to) return { kind: 'already-current' };
  return from === undefined ? { kind: 'move', to } : { kind: 'move', from, to };
}
