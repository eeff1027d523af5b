import { liftUnproven } from '../access/lift-unproven.js';
import { decideDiagnosis } from '../domain/diagnosis/decide-diagnosis.js';
import {
  decideRepair,
  type RepairAction,
  type RepairConsent,
} from '../domain/diagnosis/decide-repair.js';
import type { Diagnosis } from '../domain/diagnosis/diagnosis.js';
import { refuse, type Refusal } from '../domain/refusal.js';
import { AWSCURRENT, AWSPENDING } from '../domain/staging-label.js';
import { redactError } from '../engine/redact-error.js';
import type { RotationEngineOptions } from '../engine/rotation-engine.js';
import { refusalToError, type KeyturnError } from '../errors.js';
import { examine, type Examination } from './diagnose.js';
import { resetPassword } from './reset-password.js';
import { carryThrough } from './run-rotation.js';

/** What {@link repair} is given: the parts of an engine, and how far it may go. */
export interface RepairOptions extends RotationEngineOptions {
  readonly secretId: string;
  /** Only says what would be done. Default false. */
  readonly dryRun?: boolean;
  /**
   * May have the superuser set the password that AWSCURRENT holds, where no stored credential signs in. The
   * superuser's credential is then sent without one of this secret having signed in first, so it is for somebody
   * who can read the superuser secret himself. Default false.
   */
  readonly useSuperuser?: boolean;
  /**
   * The user whose password the superuser may set, typed by somebody who knows whose secret this is. Needed where no
   * version older than AWSCURRENT names that user or its alternate, or where some version names another one; whoever may
   * write the secret could have chosen it. Another name than that in AWSCURRENT is refused.
   */
  readonly userName?: string;
  /** Is asked for that name where it is needed and was not given. Default: nobody can be asked, which refuses. */
  readonly askUserName?: (
    plan: readonly string[],
    diagnosis: Diagnosis,
  ) => Promise<string | undefined>;
  /** Is shown the plan and decides. Default: goes ahead. */
  readonly confirm?: (plan: readonly string[], diagnosis: Diagnosis) => Promise<boolean>;
}

/** How a repair ended. `steps` is the plan. */
export type Repair =
  | { readonly kind: 'nothing-to-do'; readonly diagnosis: Diagnosis }
  /** Nothing was changed: it is not for keyturn to do, or what it relied on does not hold any more. */
  | { readonly kind: 'refused'; readonly diagnosis: Diagnosis; readonly refusal: Refusal }
  /** A dry run, or somebody said no. */
  | { readonly kind: 'planned'; readonly diagnosis: Diagnosis; readonly steps: readonly string[] }
  | { readonly kind: 'repaired'; readonly diagnosis: Diagnosis; readonly steps: readonly string[] }
  | {
      readonly kind: 'failed';
      readonly diagnosis: Diagnosis;
      readonly steps: readonly string[];
      readonly error: KeyturnError;
    };

/**
 * Diagnoses a secret, plans the named action, and carries it out after proof: right before it acts, the secret is
 * diagnosed again, credentials included, and must be in the very same state. Safe to repeat.
 * @returns how it ended; only a programming mistake is thrown.
 * @throws `KEYTURN_INVALID_SETTING` before anything is read, for a setting that is unknown or not fit
 */
export async function repair(options: RepairOptions): Promise<Repair> {
  const { dryRun = false, confirm } = options;
  const { facts } = await examine(options, { lift: true });
  const diagnosis = decideDiagnosis(facts);
  const plan = decideRepair(diagnosis, await consentOf(options, diagnosis));
  if (plan.kind === 'nothing-to-do') return { kind: 'nothing-to-do', diagnosis };
  if (plan.kind === 'refused') return { kind: 'refused', diagnosis, refusal: plan };
  const { action, steps } = plan;
  if (dryRun || (confirm !== undefined && !(await confirm(steps, diagnosis)))) {
    return { kind: 'planned', diagnosis, steps };
  }
  const proof = await examine(options, { lift: true, before: facts });
  const again = decideDiagnosis(proof.facts);
  if (again.state !== diagnosis.state || !sameAction(again.action, action)) {
    return { kind: 'refused', diagnosis: again, refusal: changedMeanwhile };
  }
  try {
    if (action.kind === 'resume') await liftStop(options, proof);
    await act(options, action, proof);
    if (action.kind !== 'resume') await liftStop(options, proof);
    return { kind: 'repaired', diagnosis, steps };
  } catch (thrown) {
    return { kind: 'failed', diagnosis, steps, error: redactError(thrown, proof.context.secrets) };
  }
}

/** What is allowed; the user's name is asked for where only that is missing. */
async function consentOf(
  { useSuperuser = false, userName, askUserName, dryRun = false }: RepairOptions,
  diagnosis: Diagnosis,
): Promise<RepairConsent> {
  const { action } = diagnosis;
  const isNeeded = action.kind === 'reset-password' && action.needsName && userName === undefined;
  if (!isNeeded || !useSuperuser || dryRun || askUserName === undefined) {
    return { useSuperuser, userName };
  }
  const plan = decideRepair(diagnosis, { useSuperuser, userName: action.user });
  const steps = plan.kind === 'plan' ? plan.steps : [];
  return { useSuperuser, userName: await askUserName(steps, diagnosis) };
}

const changedMeanwhile = refuse({
  code: 'KEYTURN_REPAIR_UNPROVEN',
  message: 'The state of the secret changed while the repair was being planned; nothing was done.',
  remedy: 'A rotation may be under way: look again in a minute.',
});

/** Takes off what keeps later deliveries from trying anything. */
async function liftStop({ store, secretId }: RepairOptions, { facts }: Examination): Promise<void> {
  if (facts.kind === 'read') await liftUnproven(store, secretId, facts.secret);
}

async function act(
  options: RepairOptions,
  action: RepairAction,
  proof: Examination,
): Promise<void> {
  const { store, secretId } = options;
  switch (action.kind) {
    case 'lift-stop':
      // Every repair does that.
      return;
    case 'clear-pending':
      return store.moveLabel({ secretId, label: AWSPENDING, from: action.versionId });
    case 'move-current':
      return store.moveLabel({ secretId, label: AWSCURRENT, from: action.from, to: action.to });
    case 'reset-password':
      return resetPassword(proof);
    case 'resume': {
      const run = await carryThrough(options, { versionId: action.versionId });
      if (run.kind === 'rotated') return;
      throw run.kind === 'refused' || run.kind === 'aborted'
        ? refusalToError(changedMeanwhile)
        : run.error;
    }
  }
}

function sameAction(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
