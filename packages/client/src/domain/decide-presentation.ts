import { freshnessAt, type Freshness } from './freshness.js';

/** What is known when a caller waits for a credential. */
export interface PresentationFacts {
  /** The credential of the moment; absent before the first read and after a refusal. */
  readonly held:
    | {
        /** A sign-in with it was accepted. */
        readonly proven: boolean;
        readonly inFlight: number;
        readonly freshness: Freshness;
      }
    | undefined;
  /** The secret is being read. */
  readonly reading: boolean;
  /** How many sign-ins of one credential may be under way; 1 or 2. */
  readonly atOnce: number;
  readonly now: number;
}

/** What happens next for the caller in front. */
export type Presentation =
  /** It may sign in; with `refresh`, the secret is read again meanwhile. */
  | { readonly kind: 'present'; readonly refresh: boolean }
  /** Somebody reads the secret first, for all who wait. */
  | { readonly kind: 'read' }
  /** A sign-in or a read that is under way comes first. */
  | { readonly kind: 'wait' };

/**
 * Pure. A credential that has not been accepted yet is presented by one caller alone: if it is wrong, the server
 * refuses one sign-in and not one per caller.
 */
export function decidePresentation(facts: PresentationFacts): Presentation {
  const { held, reading, atOnce, now } = facts;
  if (held === undefined) return reading ? { kind: 'wait' } : { kind: 'read' };
  const state = freshnessAt(held.freshness, now);
  if (state === 'refresh-first') return reading ? { kind: 'wait' } : { kind: 'read' };
  if (held.inFlight >= (held.proven ? atOnce : 1)) return { kind: 'wait' };
  return { kind: 'present', refresh: state === 'refresh-behind' && !reading };
}
