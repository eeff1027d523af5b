import { refuse, type Refusal } from '../refusal.js';
import { DIAGNOSIS_STATES } from './diagnosis-states.js';
import type { Diagnosis } from './diagnosis.js';
import type { NextAction } from './next-action.js';

/** What `repair` can carry out. */
export type RepairAction = Extract<
  NextAction,
  { readonly kind: 'clear-pending' | 'lift-stop' | 'resume' | 'move-current' | 'reset-password' }
>;

/** What a repair would do, before anything is done. */
export type RepairPlan =
  | { readonly kind: 'plan'; readonly action: RepairAction; readonly steps: readonly string[] }
  | { readonly kind: 'nothing-to-do' }
  | Refusal;

/** What somebody has allowed. */
export interface RepairConsent {
  readonly useSuperuser: boolean;
  /** The user whose password may be set, as somebody has typed it. */
  readonly userName?: string | undefined;
}

/** Whether and how a diagnosis can be repaired. Pure. */
export function decideRepair(
  { state, explanation, action, settings }: Diagnosis,
  options: RepairConsent,
): RepairPlan {
  switch (action.kind) {
    case 'none':
      return { kind: 'nothing-to-do' };
    case 'rotate':
    case 'by-hand':
      return refused(explanation, DIAGNOSIS_STATES[state].advice, settings);
    case 'clear-pending':
      return plan(action, [`take AWSPENDING off version ${action.versionId}`]);
    case 'lift-stop':
      return plan(
        action,
        action.labels.map(
          ({ label, versionId }) =>
            `take keyturn's own staging label ${label} off version ${versionId}, since AWSCURRENT signs in`,
        ),
      );
    case 'resume':
      return plan(action, [
        `go through the four steps for version ${action.versionId}, which keeps its password`,
        'move AWSCURRENT to it once it has passed the checks',
        'take AWSPENDING off it',
      ]);
    case 'move-current':
      return plan(action, [
        `move AWSCURRENT from version ${action.from} to version ${action.to}, which signs in`,
      ]);
    case 'reset-password':
      if (!options.useSuperuser)
        return refused(explanation, DIAGNOSIS_STATES[state].advice, settings);
      if (options.userName === undefined && action.needsName)
        return refused(nameNeeded(action.user), REPEAT_THE_NAME);
      if (options.userName !== undefined && options.userName !== action.user)
        return refused(otherName(action.user), REPEAT_THE_NAME);
      return plan(action, [
        'sign in as the superuser of the superuser secret',
        `give user ${JSON.stringify(action.user)} the password that AWSCURRENT holds (version ${action.versionId})`,
        'sign in with it',
      ]);
  }
}

const REPEAT_THE_NAME =
  'If AWSCURRENT names the correct user, repeat its name: `keyturn repair --use-superuser --user-name <name>`. ' +
  'Otherwise move AWSCURRENT back to the correct version, or store the correct credential.';

function nameNeeded(user: string): string {
  return `Nothing but AWSCURRENT says that user ${JSON.stringify(user)} belongs to this secret, so its name has to be given (--user-name).`;
}

function otherName(user: string): string {
  return `The name that was given is not ${JSON.stringify(user)}, the user that AWSCURRENT names.`;
}

function plan(action: RepairAction, steps: readonly string[]): RepairPlan {
  return { kind: 'plan', action, steps };
}

function refused(message: string, remedy: string, settings: readonly string[] = []): Refusal {
  return refuse({ code: 'KEYTURN_REPAIR_UNPROVEN', message, remedy, settings });
}
