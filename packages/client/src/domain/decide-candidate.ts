import { isSameCredential, type Credential } from './credential.js';

/** How the secret is rotated, as far as it changes what a client may try. */
export type RotationKind = 'single-user' | 'alternating-users';

/** What was read of a secret since a credential was refused; `none` where the label is on no version. */
export interface Readings {
  readonly current: Credential | 'none';
  readonly pending?: Credential | 'none' | undefined;
  readonly previous?: Credential | 'none' | undefined;
}

/** What to do with what was read. */
export type CandidateDecision =
  | { readonly kind: 'present'; readonly credential: Credential }
  | { readonly kind: 'read'; readonly label: 'AWSPENDING' | 'AWSPREVIOUS' }
  /** Every credential that may be tried has been refused, or there is none. */
  | { readonly kind: 'nothing' };

/** The facts of {@link decideCandidate}. */
export interface CandidateFacts {
  readonly rotation: RotationKind | undefined;
  readonly readings: Readings;
  readonly refused: readonly Credential[];
}

/**
 * Which credential to present next. Pure.
 *
 * AWSCURRENT comes first. Once it is refused: AWSPENDING under single user, for the password may have been changed
 * before the label moved, and only for the same user, since any other is no change of single user; AWSPREVIOUS under
 * alternating users, and only for another user, since the same user's previous password is one that was replaced.
 * What was refused is never chosen.
 */
export function decideCandidate({
  rotation,
  readings,
  refused,
}: CandidateFacts): CandidateDecision {
  const { current, pending, previous } = readings;
  if (current === 'none') return { kind: 'nothing' };
  const isRefused = (credential: Credential) =>
    refused.some((known) => isSameCredential(known, credential));
  if (!isRefused(current)) return { kind: 'present', credential: current };

  switch (rotation) {
    case 'single-user': {
      if (pending === undefined) return { kind: 'read', label: 'AWSPENDING' };
      const fits = pending !== 'none' && pending.user === current.user && !isRefused(pending);
      return fits ? { kind: 'present', credential: pending } : { kind: 'nothing' };
    }
    case 'alternating-users': {
      if (previous === undefined) return { kind: 'read', label: 'AWSPREVIOUS' };
      const fits = previous !== 'none' && previous.user !== current.user && !isRefused(previous);
      return fits ? { kind: 'present', credential: previous } : { kind: 'nothing' };
    }
    case undefined:
      return { kind: 'nothing' };
  }
}
