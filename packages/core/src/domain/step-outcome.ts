/** What a step found or did, by code. The sentences are for people and may change; the codes do not. */
export const STEP_OUTCOMES = {
  'value-stored': 'a new value was stored',
  'value-kept': 'the stored value was kept',
  'alternate-created': 'the alternate user was created',
  'alternate-changed': 'the password of the alternate user was changed',
  'user-changed': 'the user changed its own password',
  'already-set': 'the pending password was set already',
  'current-works': 'the current credential signs in; nothing was changed',
  'current-restored': "the user's password was set back to that of AWSCURRENT",
  'left-to-finish': 'nothing was changed; finishSecret changes the password',
  'pending-passed': 'the pending credential passed every check',
  'current-passed': 'the current credential passed every check; finishSecret tries the pending one',
  'current-just-worked':
    'the current credential has just signed in; finishSecret tries the pending one',
  'already-set-passed':
    'the pending password was set already, and the credential passed every check',
  'configuration-passed':
    'the current credential passed every check, as a test of the configuration',
  promoted: 'AWSCURRENT was moved to the pending version',
  'changed-and-promoted':
    'the password was changed and proved, and AWSCURRENT was moved to the pending version',
  'already-current': 'the pending version was AWSCURRENT already',
} as const;

/** A key of {@link STEP_OUTCOMES}. */
export type StepOutcome = keyof typeof STEP_OUTCOMES;

/** What an event says of a step: `own` where a strategy of the user's own has used words of its own. */
export interface DescribedOutcome {
  readonly code: StepOutcome | 'own';
  readonly outcome: string;
}

/** The code and its sentence. */
export function describeOutcome(found: string): DescribedOutcome {
  return Object.hasOwn(STEP_OUTCOMES, found)
    ? { code: found as StepOutcome, outcome: STEP_OUTCOMES[found as StepOutcome] }
    : { code: 'own', outcome: found };
}
