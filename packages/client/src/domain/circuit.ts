import { halfJitter, type BackoffSettings } from './backoff.js';

/** Whether sign-ins are let through. Times in epoch milliseconds. */
export type Circuit =
  | { readonly kind: 'closed' }
  /** Everybody is refused until then. */
  | { readonly kind: 'open'; readonly openings: number; readonly until: number }
  /** One caller is trying; everybody else is refused. */
  | { readonly kind: 'half-open'; readonly openings: number };

export const CLOSED: Circuit = { kind: 'closed' };

/** Opens it, longer each time that a probe has failed. */
export function openCircuit(
  circuit: Circuit,
  now: number,
  random: number,
  settings: BackoffSettings,
): Circuit {
  const openings = circuit.kind === 'closed' ? 0 : circuit.openings + 1;
  return { kind: 'open', openings, until: now + halfJitter(openings, random, settings) };
}

/** What becomes of a caller who has just come. */
export type Admission = 'enter' | 'probe' | 'turn-away';

/** Pure: one probe at a time once the pause is over. */
export function decideAdmission(circuit: Circuit, now: number): Admission {
  switch (circuit.kind) {
    case 'closed':
      return 'enter';
    case 'half-open':
      return 'turn-away';
    case 'open':
      return now >= circuit.until ? 'probe' : 'turn-away';
  }
}
