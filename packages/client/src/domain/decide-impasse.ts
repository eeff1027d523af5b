import type { RotationKind } from './decide-candidate.js';

/** What is known when there is nothing left to present. */
export interface ImpasseFacts {
  readonly rotation: RotationKind | undefined;
  /** A credential that was AWSCURRENT only after the first refusal has been refused too. */
  readonly freshCurrentRefused: boolean;
  /** The server said that the user may not sign in, whatever the password. */
  readonly userRefused: boolean;
  /** AWSCURRENT has been read once more after all else was, so that no label has moved in between. */
  readonly confirmed: boolean;
  /** Milliseconds since the first refusal. */
  readonly elapsedMs: number;
  /** How long a change of single user may take until AWSCURRENT follows, in milliseconds. */
  readonly gapMs: number;
}

/** Read again after a pause, or tell everybody that nothing works. */
export type ImpasseDecision = { readonly kind: 'read-again' } | { readonly kind: 'give-up' };

/**
 * Whether waiting can help: it does where a single user's password has been changed and AWSCURRENT has not moved
 * yet. Pure. Alternating users have no such gap, and where AWSCURRENT has moved it is over.
 */
export function decideImpasse(facts: ImpasseFacts): ImpasseDecision {
  const { rotation, freshCurrentRefused, userRefused, confirmed, elapsedMs, gapMs } = facts;
  if (!confirmed) return { kind: 'read-again' };
  const mayBeInGap = rotation !== 'alternating-users' && !freshCurrentRefused && !userRefused;
  return mayBeInGap && elapsedMs < gapMs ? { kind: 'read-again' } : { kind: 'give-up' };
}
