import { noProof } from '../access/prove-ownership.js';
import { signInAsSuperuser } from '../access/superuser-session.js';
import type { OwnershipProof } from '../domain/ownership-proof.js';
import { isRefusal, refuse } from '../domain/refusal.js';
import type { PermissionPolicy } from '../domain/rotation-settings.js';
import { isVouchedFor } from '../domain/vouching.js';
import type { Sensitive } from '../domain/sensitive.js';
import { redactError, redactText } from '../engine/redact-error.js';
import { refusalToError, type KeyturnError } from '../errors.js';
import type { DatabaseSession, SessionBounds } from '../ports/database-admin.js';
import { checkRotatable, checkSource } from '../strategies/check-user.js';
import { uncheckedPolicies } from '../domain/permissions/decide-permission-work.js';
import { planPermissions } from '../strategies/permissions/plan-permissions.js';
import type { DatabasePermissionPlan } from '../strategies/permissions/present-plan.js';
import { sourceUnproven } from '../strategies/require-source.js';
import type { RotationStrategy } from '../ports/rotation-strategy.js';
import type { DiagnoseOptions } from './diagnose.js';
import { operationContext, type OperationContext } from './operation-context.js';
import { tryVersions } from './try-versions.js';
import { VersionReader, type SecretContents } from './version-reader.js';

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
       * Whether the two are equal: both exist, every database could be compared, nothing is missing, nothing goes
       * beyond, and row-level security and masking could be compared, unless the settings do without. Permissions that come through PUBLIC, a group or a
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
  const context = operationContext(options);
  try {
    const reader = new VersionReader(context);
    const contents = await reader.read();
    if (isRefusal(contents)) throw refusalToError(contents);
    return await planPair(reader, contents);
  } catch (error) {
    return { kind: 'refused', error: redactError(error, context.secrets) };
  }
}

async function planPair(
  reader: VersionReader,
  contents: SecretContents,
): Promise<SecretPermissionPlan> {
  const { context } = reader;
  const { settings } = context;
  const { owner, next } = contents;
  const { username: source } = owner.current;
  const { name: target, isOriginal: targetIsOriginal = false } = next;
  if (target === source) throw noPair(context.strategy);
  const { proof, ofSource } = await requireProof(reader, contents);
  const openDatabase = (database?: string, bounds?: SessionBounds): Promise<DatabaseSession> =>
    signInAsSuperuser(context, owner, { proof, database, bounds });
  const session = await openDatabase();
  try {
    const targetExists = await checkUsers(context, session, { source, target });
    const { database } = owner.current.address;
    const mayCopy = ofSource || isVouchedFor(settings, [source, target]);
    const plans = await planPermissions({
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
    const databases = plans.map((plan) => withoutSecrets(plan, context.secrets));
    const { permissions: policy } = settings;
    const applies = policy !== 'none' && !(policy === 'first-rotation-only' && targetExists);
    const equal =
      targetExists &&
      databases.every(
        (plan) =>
          plan.notCompared === undefined &&
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
 * @returns the proof, and whether it is that of the very user whose permissions count; no further one is tried then
 */
async function requireProof(
  reader: VersionReader,
  contents: SecretContents,
): Promise<{ readonly proof: OwnershipProof; readonly ofSource: boolean }> {
  const source = contents.owner.current.username;
  const tried = await tryVersions(reader, contents, { currentUserOnly: true });
  if (reader.problem !== undefined) throw reader.problem;
  const proved = tried.filter(({ proof }) => proof !== undefined);
  const best = proved.find(({ facts }) => facts.user === source) ?? proved[0];
  if (best?.proof === undefined) throw noProof(source, reader.blindSpots);
  return { proof: best.proof, ofSource: best.facts.user === source };
}

/** Refuses what a rotation would refuse. @returns whether the other user exists */
async function checkUsers(
  { clock, settings }: OperationContext,
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

/** What others have said goes into no plan as it is. */
function withoutSecrets(
  { notCompared, stopsWith, ...plan }: DatabasePermissionPlan,
  secrets: Iterable<Sensitive>,
): DatabasePermissionPlan {
  const kinds = plan.notChecked;
  return {
    ...plan,
    notChecked: kinds.map(({ kind, reason }) => ({ kind, reason: redactText(reason, secrets) })),
    ...(notCompared !== undefined && { notCompared: redactText(notCompared, secrets) }),
    ...(stopsWith !== undefined && { stopsWith: redactError(stopsWith, secrets) }),
  };
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
