import { systemClock } from '../defaults/system-clock.js';
import { isRefusal, refuse } from '../domain/refusal.js';
import type { PermissionPolicy } from '../domain/rotation-settings.js';
import { redactError } from '../engine/redact-error.js';
import { requireSettings } from '../engine/require-settings.js';
import { refusalToError, type KeyturnError } from '../errors.js';
import type { DatabaseSession } from '../ports/database-admin.js';
import { checkRotatable, checkSource } from '../strategies/check-user.js';
import { noProof } from '../strategies/climb-ladder.js';
import { uncheckedPolicies } from '../strategies/permissions/pair-findings.js';
import {
  planPermissions,
  type DatabasePermissionPlan,
} from '../strategies/permissions/plan-permissions.js';
import { sourceUnproven } from '../strategies/require-source.js';
import type { RotationStrategy } from '../strategies/rotation-strategy.js';
import type { DiagnoseOptions } from './diagnose.js';
import { DiagnosisReader } from './diagnosis-reader.js';
import { readCredentials, type StoredCredentials } from './read-credentials.js';
import { openSuperuserSession, vouching } from './read-pair-facts.js';

/** What the next rotation of a secret would do to the permissions of its pair, or why that cannot be told. */
export type SecretPermissionPlan =
  | {
      readonly kind: 'planned';
      /** The user that AWSCURRENT names, whose permissions count. */
      readonly source: string;
      /** The other user, which the next rotation makes current. */
      readonly target: string;
      /** Before the first rotation there is no clone; then everything is still to be granted. */
      readonly targetExists: boolean;
      readonly policy: PermissionPolicy;
      /** False where the policy has the next rotation leave permissions alone. The plan is that of `add-missing` then. */
      readonly applies: boolean;
      /**
       * Whether the two are equal: both exist, nothing is missing, nothing goes beyond, and row-level security and
       * masking could be compared, unless the settings do without. Rights that come through PUBLIC, a group or a
       * role on one side do not count, nor does ownership.
       */
      readonly equal: boolean;
      readonly databases: readonly DatabasePermissionPlan[];
    }
  | { readonly kind: 'refused'; readonly error: KeyturnError };

/**
 * Works out what the next rotation of a secret would do to the permissions of its pair, by the same policy, with
 * the SQL. The superuser's credential is sent only once a stored credential of the secret has signed in, as in a
 * rotation. Changes nothing; safe to repeat.
 * @returns the plan or a refusal; only a programming mistake is thrown.
 * @throws `KEYTURN_INVALID_SETTING` before anything is read, for a setting that is unknown or not fit
 *
 * @example
 * const plan = await planSecretPermissions({ store, database, strategy: alternatingUsers(), secretId: 'orders' });
 * if (plan.kind === 'planned') console.log(plan.databases.flatMap(({ statements }) => statements));
 */
export async function planSecretPermissions(
  options: DiagnoseOptions,
): Promise<SecretPermissionPlan> {
  const { clock = systemClock, strategy } = options;
  const settings = requireSettings(options);
  const reader = new DiagnosisReader({ ...options, clock, settings });
  try {
    const stored = await readCredentials(reader, strategy);
    if (isRefusal(stored)) throw refusalToError(stored);
    return await planPair(reader, strategy, stored);
  } catch (error) {
    return { kind: 'refused', error: redactError(error, reader.secrets) };
  }
}

async function planPair(
  reader: DiagnosisReader,
  strategy: RotationStrategy,
  stored: StoredCredentials,
): Promise<SecretPermissionPlan> {
  const { current, next } = stored;
  const { username: source } = current;
  const { name: target, isOriginal: targetIsOriginal = false } = next;
  if (target === source) throw noPair(strategy);
  const sourceProven = await requireProof(reader, stored);
  const openDatabase = (name?: string): Promise<DatabaseSession> =>
    openSuperuserSession(reader, { current, idleUser: target }, name);
  const session = await openDatabase();
  try {
    const targetExists = await checkUsers(reader, session, { source, target });
    const { settings } = reader.parts;
    const { database } = current.address;
    const { configured, adopted } = vouching(settings, target);
    const mayCopy = sourceProven || configured || adopted;
    const databases = await planPermissions({
      source,
      target,
      targetIsOriginal,
      targetExists,
      copyRefusal: mayCopy ? undefined : sourceUnproven({ source, target }),
      session,
      database,
      settings,
      openDatabase,
    });
    const { permissions: policy } = settings;
    const applies = policy !== 'none' && !(policy === 'first-rotation-only' && targetExists);
    const equal =
      targetExists &&
      databases.every(
        (plan) =>
          [...plan.grant, ...plan.revoke, ...plan.extra, ...plan.mutual].length === 0 &&
          uncheckedPolicies(settings, plan.notChecked).length === 0,
      );
    return { kind: 'planned', source, target, targetExists, policy, applies, equal, databases };
  } finally {
    await session.close();
  }
}

/**
 * The confused-deputy guard of a rotation: without a stored credential that signs in no superuser is asked.
 * @returns whether one signs in as the very user whose permissions count; no further one is tried then
 */
async function requireProof(
  reader: DiagnosisReader,
  { versions, current }: StoredCredentials,
): Promise<boolean> {
  let other = false;
  for (const version of versions) {
    const { facts } = await reader.trySignIn(version, current);
    if (reader.problem !== undefined) throw reader.problem;
    if (facts.signIn !== 'accepted') continue;
    if (facts.user === current.username) return true;
    other = true;
  }
  if (other) return false;
  throw noProof(current.username, reader.blindSpots);
}

/** Refuses what a rotation would refuse. @returns whether the other user exists */
async function checkUsers(
  { parts: { clock, settings } }: DiagnosisReader,
  session: DatabaseSession,
  { source, target }: { readonly source: string; readonly target: string },
): Promise<boolean> {
  const described = await session.describeUser({ user: source });
  if (described === undefined) throw missing(source);
  checkSource(described, settings);
  const other = await session.describeUser({ user: target });
  if (other === undefined) return false;
  checkRotatable(other, { now: clock.now(), allowSuperuser: false });
  return true;
}

function missing(user: string): KeyturnError {
  return refusalToError(
    refuse({
      code: 'KEYTURN_USER_MISSING',
      field: 'username',
      message: `The database has no user ${JSON.stringify(user)}, so there are no permissions to compare with.`,
      remedy: '`keyturn doctor` says what state the secret is in.',
    }),
  );
}

function noPair({ name }: RotationStrategy): KeyturnError {
  return refusalToError(
    refuse({
      code: 'KEYTURN_NOT_A_PAIR',
      field: 'strategy',
      message: `The secret is rotated with ${name}: there is no other user whose permissions could differ.`,
      remedy:
        'Permissions are compared with alternating users only, which need a superuser secret ("masterarn" in the secret).',
    }),
  );
}
