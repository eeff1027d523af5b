import type { DiagnosisState } from './diagnosis-states.js';
import type { NextAction } from './next-action.js';

/** What is the matter with a secret, and the one safe thing to do next. */
export interface Diagnosis {
  readonly state: DiagnosisState;
  /** What was found, in whole sentences, without any secret value. */
  readonly explanation: string;
  readonly action: NextAction;
  /** The settings that cause or can fix it, by key; absent where there is none. */
  readonly settings?: readonly string[];
}
