import { systemClock } from '../defaults/system-clock.js';
import type { DatabaseSecret } from '../domain/database-secret.js';
import { decideDiagnosis } from '../domain/diagnosis/decide-diagnosis.js';
import type { DiagnosisFacts, UnreadFacts } from '../domain/diagnosis/diagnosis-facts.js';
import type { Diagnosis } from '../domain/diagnosis/diagnosis.js';
import { isRefusal, type Refusal } from '../domain/refusal.js';
import type { RotationSettings } from '../domain/rotation-settings.js';
import { versionWith } from '../domain/secret-description.js';
import { AWSCURRENT } from '../domain/staging-label.js';
import { redactError } from '../engine/redact-error.js';
import { requireSettings } from '../engine/require-settings.js';
import type { Clock } from '../ports/clock.js';
import type { DatabaseAdmin } from '../ports/database-admin.js';
import type { EndpointLocator } from '../ports/endpoint-locator.js';
import type { SecretStore } from '../ports/secret-store.js';
import type { RotationStrategy } from '../strategies/rotation-strategy.js';
import { DiagnosisReader, obstacleOf, type ReadVersion } from './diagnosis-reader.js';
import { readCredentials } from './read-credentials.js';
import { readPairFacts } from './read-pair-facts.js';

/** What {@link diagnose} looks at, and by which rules. */
export interface DiagnoseOptions {
  readonly store: SecretStore;
  readonly database: DatabaseAdmin;
  /** The strategy and settings by which the secret is rotated. */
  readonly strategy: RotationStrategy;
  /** Default: those of the strategy, which also win over these. */
  readonly settings?: RotationSettings;
  /** Finds the server of a superuser secret without a host. Default: such a secret counts as unfit. */
  readonly locator?: EndpointLocator | undefined;
  readonly secretId: string;
  /** Default: the machine's time. */
  readonly clock?: Clock;
}

/** A {@link Diagnosis} and what it was decided from. */
export interface DiagnosisReport extends Diagnosis {
  readonly facts: DiagnosisFacts;
}

/**
 * Finds out what state a secret is in: reads labels, versions and rotation settings, tries each stored credential
 * with the guards of a rotation, and asks the superuser about the other user of an alternating pair. Changes
 * nothing; safe to repeat. Refused sign-ins may show in the database's log.
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
  readonly reader: DiagnosisReader;
  readonly current?: DatabaseSecret;
  readonly idleUser?: string;
}

/** Reads the facts. */
export async function examine(options: DiagnoseOptions): Promise<Examination> {
  const { clock = systemClock } = options;
  const settings = requireSettings(options);
  const reader = new DiagnosisReader({ ...options, clock, settings });
  try {
    return await examineWith(reader, options);
  } catch (error) {
    const { code, message } = redactError(error, reader.secrets);
    return { reader, facts: { kind: 'unread', code, message } };
  }
}

async function examineWith(
  reader: DiagnosisReader,
  { strategy }: DiagnoseOptions,
): Promise<Examination> {
  const stored = await readCredentials(reader, strategy);
  if (isRefusal(stored)) return { reader, facts: unread(stored) };
  const { secret, current, next, versions } = stored;
  const user = current.username;
  const isLabelled = ({ facts }: ReadVersion): boolean =>
    [...facts.labels].some((label) => label.startsWith('AWS'));
  const tried: ReadVersion[] = [];
  const needsMore = (): boolean => {
    const accepts = (of: (version: ReadVersion) => boolean): boolean =>
      tried.some((version) => version.facts.signIn === 'accepted' && of(version));
    const currentVersion = versionWith(secret, AWSCURRENT);
    return !(
      accepts(({ facts }) => facts.versionId === currentVersion) &&
      (next.name === user || accepts(({ facts }) => facts.user === next.name))
    );
  };
  // Versions without a label are tried for lack of better only: each is a refused sign-in in the database's log.
  for (const version of versions) {
    const worthIt = isLabelled(version) || needsMore();
    tried.push(worthIt ? await reader.trySignIn(version, current) : version);
  }

  const anyAccepted = tried.some(({ facts }) => facts.signIn === 'accepted');
  const idleUser = next.name === user ? undefined : next.name;
  const pair =
    idleUser !== undefined && anyAccepted && reader.problem === undefined
      ? await readPairFacts(reader, { current, idleUser })
      : undefined;
  return {
    reader,
    current,
    ...(idleUser !== undefined && { idleUser }),
    facts: {
      kind: 'read',
      now: reader.parts.clock.now(),
      secret,
      user,
      versions: tried.map(({ facts }) => facts),
      blindSpots: reader.blindSpots,
      ...(reader.problem && { obstacle: obstacleOf(reader.problem) }),
      ...(pair && { pair }),
    },
  };
}

function unread({ code, message, remedy }: Refusal): UnreadFacts {
  return { kind: 'unread', code, message: `${message} ${remedy}` };
}
