import type { VersionId } from '../secret-description.js';
import type { UnprovenLabel } from '../tries/unproven-labels.js';

/** What a diagnosis says is to be done next. All but the last three can be carried out by `repair`. */
export type NextAction =
  /** Take AWSPENDING off a version that no rotation can finish, or that none needs. */
  | { readonly kind: 'clear-pending'; readonly versionId: VersionId }
  /** Go through the four steps for the pending version, whose credential works already. */
  | { readonly kind: 'resume'; readonly versionId: VersionId }
  /** Make the version current whose credential works. */
  | { readonly kind: 'move-current'; readonly from: VersionId; readonly to: VersionId }
  /**
   * Have a superuser give the user the password that AWSCURRENT holds. Only when asked for explicitly; and with
   * `needsName` only for somebody who repeats the user's name, since AWSCURRENT alone says that it is the secret's.
   */
  | {
      readonly kind: 'reset-password';
      readonly user: string;
      readonly versionId: VersionId;
      readonly needsName: boolean;
    }
  /** Take off keyturn's own staging labels that keep it from trying anything, once AWSCURRENT signs in. */
  | { readonly kind: 'lift-stop'; readonly labels: readonly UnprovenLabel[] }
  /** Start an ordinary rotation. */
  | { readonly kind: 'rotate' }
  /** A person has to change something that keyturn must not. */
  | { readonly kind: 'by-hand' }
  | { readonly kind: 'none' };
