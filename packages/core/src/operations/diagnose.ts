import type { SecretOwner } from '../access/access-context.js';
import { decideDiagnosis } from '../domain/diagnosis/decide-diagnosis.js';
import type { DiagnosisFacts, UnreadFacts } from '../domain/diagnosis/diagnosis-facts.js';
import type { Diagnosis } from '../domain/diagnosis/diagnosis.js';
import { isRefusal, type Refusal } from '../domain/refusal.js';
import { redactError } from '../engine/redact-error.js';
import { obstacleOf } from './obstacle-of.js';
import {
  operationContext,
  type OperationContext,
  type OperationParts,
} from './operation-context.js';
import { readPairFacts } from './read-pair-facts.js';
import { MOST_REFUSED, stopsOf, tryVersions, type ExamineOptions } from './try-versions.js';
import { VersionReader } from './version-reader.js';

/** What {@link diagnose} looks at, and by which rules. */
export type DiagnoseOptions = OperationParts;

/** A {@link Diagnosis} and what it was decided from. */
export interface DiagnosisReport extends Diagnosis {
  readonly facts: DiagnosisFacts;
}

/**
 * Finds out what state a secret is in: reads labels, versions and rotation settings, signs in with AWSCURRENT under the
 * guards of a rotation, and asks the superuser about the other user of an alternating pair. A healthy user costs no wrong
 * password; of any other user at most two stored passwords are tried, since enough wrong ones in a row lock a user.
 * Changes nothing; safe to repeat.
 * @returns the state and the one safe next action; only a programming mistake is thrown.
 * @throws `KEYTURN_INVALID_SETTING` before anything is read, for a setting that is unknown or not fit
 */
export async function diagnose(options: DiagnoseOptions): Promise<DiagnosisReport> {
  const { facts } = await examine(options);
  return { ...decideDiagnosis(facts), facts };
}

/** What was found, and what `repair` needs to act on it. */
export interface Examination {
  readonly facts: DiagnosisFacts;
  readonly context: OperationContext;
  readonly owner?: SecretOwner;
}

/** Reads the facts. */
export async function examine(
  options: DiagnoseOptions,
  how: ExamineOptions = {},
): Promise<Examination> {
  const context = operationContext(options);
  try {
    return await examineWith(context, how);
  } catch (error) {
    const { code, message, settings } = redactError(error, context.secrets);
    return { context, facts: { kind: 'unread', code, message, ...about(settings) } };
  }
}

async function examineWith(context: OperationContext, how: ExamineOptions): Promise<Examination> {
  const reader = new VersionReader(context);
  const contents = await reader.read();
  if (isRefusal(contents)) return { context, facts: unread(contents) };
  const { secret, owner, versions } = contents;
  const user = owner.current.username;
  const tried = [...(await tryVersions(reader, contents, how))];
  const stoppedBy = stopsOf(contents);

  const proof = tried.find((version) => version.proof !== undefined)?.proof;
  const pair =
    owner.nextUser !== user && proof !== undefined && reader.problem === undefined
      ? await readPairFacts(context, owner, proof)
      : undefined;
  // The superuser has signed in at the server of AWSCURRENT, so that what was stored before a change of the host counts.
  if (pair?.alternate?.exists) {
    const isKnown = (): boolean =>
      tried.some(({ facts }) => facts.user === owner.nextUser && facts.signIn === 'accepted');
    for (const [at, version] of versions.entries()) {
      if (isKnown() || context.memory.refused(owner.nextUser) >= MOST_REFUSED) break;
      if (version.elsewhere?.username !== owner.nextUser) continue;
      tried[at] = await reader.tryConfigured(version, owner);
    }
  }
  // Only who could not sign in at all is worth reading every version for.
  const history =
    proof === undefined && reader.problem === undefined
      ? await reader.readHistory(contents)
      : undefined;
  return {
    context,
    owner,
    facts: {
      kind: 'read',
      now: context.clock.now(),
      secret,
      user,
      versions: tried.map(({ facts }) => facts),
      blindSpots: reader.blindSpots,
      ...(stoppedBy.length > 0 && { stoppedBy }),
      ...(reader.problem && { obstacle: obstacleOf(reader.problem) }),
      ...(pair && { pair }),
      ...(history && { history }),
    },
  };
}

function unread({ code, message, remedy, settings = [] }: Refusal): UnreadFacts {
  return { kind: 'unread', code, message: `${message} ${remedy}`, ...about(settings) };
}

function about(settings: readonly string[]): Pick<UnreadFacts, 'settings'> {
  return settings.length > 0 ? { settings } : {};
}
