import { alternateUser, type AlternateUser } from '../domain/alternate-user.js';
import { decideAlternate, type AlternateDecision } from '../domain/decide-alternate.js';
import { CLEAR_PENDING } from '../domain/decide-pending.js';
import type { Rung, Tried } from '../domain/decide-login.js';
import { isRefusal, refuse } from '../domain/refusal.js';
import type { SettingsOf } from '../domain/rotation-settings.js';
import type { Sensitive } from '../domain/sensitive.js';
import { KeyturnError, refusalToError } from '../errors.js';
import type { DatabaseSession } from '../ports/database-admin.js';
import { checkSource, checkRotatable, lookUpUser } from './check-user.js';
import { climbLadder } from './climb-ladder.js';
import { syncPermissions } from './permissions/sync-permissions.js';
import { requireSource } from './require-source.js';
import type {
  ApplyContext,
  NextUserRequest,
  PrepareContext,
  RotationStrategy,
} from './rotation-strategy.js';
import { strategyOptions } from './strategy-options.js';
import { readSuperuserSecret } from './superuser-secret.js';

/** How alternating users is set up in code: the settings that no other strategy reads. */
export interface AlternatingUsersOptions extends SettingsOf<typeof NAME> {}

const NAME = 'alternating users';

/**
 * A superuser clones the user with its permissions; each rotation changes the password of the idle one of the
 * two and makes it current, so the old credential keeps working until the rotation after.
 * @param options win over the settings of the handler, engine or operation; undefined counts as left out
 * @throws `KEYTURN_INVALID_SETTING` whose field is the first option that is unknown or not fit
 */
export function alternatingUsers(options: AlternatingUsersOptions = {}): RotationStrategy {
  return {
    name: NAME,
    settings: strategyOptions(NAME, 'alternatingUsers', options),
    triesPrevious: true,
    nextUser(request) {
      const alternate = alternateOf(request);
      if (isRefusal(alternate)) return alternate;
      const { name, isOriginal } = alternate;
      return { kind: 'next-user', name, isOriginal };
    },
    otherSecrets: ({ superuserSecret }) => (superuserSecret === undefined ? [] : [superuserSecret]),
    async prepare(context) {
      await readSuperuserSecret(context, requireAlternate(context).name);
    },
    apply: (context) => apply(context, requireAlternate(context)),
  };
}

function alternateOf({ currentUser, settings, profile }: NextUserRequest) {
  const { cloneSuffix, userPairs: pairs } = settings;
  const { maxUserNameBytes } = profile;
  return alternateUser(currentUser, { cloneSuffix, pairs, maxUserNameBytes });
}

function requireAlternate({ current, settings, profile }: PrepareContext): AlternateUser {
  const alternate = alternateOf({ currentUser: current.username, settings, profile });
  if (isRefusal(alternate)) throw refusalToError(alternate);
  return alternate;
}

async function apply(context: ApplyContext, alternate: AlternateUser): Promise<string> {
  const users = [context.current.username, alternate.name];
  // The confused-deputy guard: somebody who can store values must not get at other users by our superuser.
  await climbLadder(context, { users, keepSession: false });
  const session = await openSuperuserSession(context, alternate.name);
  try {
    const source = await lookUpUser(session, context.current.username);
    if (source !== undefined) checkSource(source, context.settings);
    return await settleAlternate(context, session, alternate, source?.name);
  } finally {
    await session.close();
  }
}

async function openSuperuserSession(
  context: ApplyContext,
  alternate: string,
  database = context.current.address.database,
): Promise<DatabaseSession> {
  const superuser = await readSuperuserSecret(context, alternate);
  const { username: user } = superuser;
  const outcome = await context.signInElsewhere({ ...superuser, user, database });
  if (outcome.kind === 'accepted') return outcome.session;
  throw refusalToError(
    refuse({
      code: 'KEYTURN_SUPERUSER_REFUSED',
      message: 'The database refused the password of the superuser secret.',
      remedy: `Store the superuser's working password in its own secret. The database is unchanged. ${CLEAR_PENDING}`,
    }),
  );
}

/** How often the state of the alternate user is looked at again after somebody else created it meanwhile. */
const MOST_LOOKS = 3;

async function settleAlternate(
  context: ApplyContext,
  session: DatabaseSession,
  alternate: AlternateUser,
  source: string | undefined,
): Promise<string> {
  for (let look = 1; ; look++) {
    const { decision, restore } = await decideWithProbes(context, session, alternate);
    try {
      return await carryOut(context, session, { decision, restore, alternate, source });
    } catch (error) {
      const createdMeanwhile =
        decision.kind === 'create' && KeyturnError.is(error, 'KEYTURN_DATABASE_CONFLICT');
      if (!createdMeanwhile || look === MOST_LOOKS) throw error;
    }
  }
}

async function decideWithProbes(
  context: ApplyContext,
  session: DatabaseSession,
  { name, configuredPair }: AlternateUser,
): Promise<{ decision: AlternateDecision; restore: Sensitive | undefined }> {
  const existing = await lookUpUser(session, name);
  if (existing !== undefined) {
    checkRotatable(existing, { now: context.now(), allowSuperuser: false });
  }
  const tried = new Map<Rung, Tried>();
  const passwords = new Map<Rung, Sensitive>();
  for (;;) {
    const decision = decideAlternate({
      name,
      exists: existing !== undefined,
      tried,
      configuredPair,
      adoptExisting: context.settings.existingUsers === 'adopt',
    });
    if (decision.kind !== 'probe') {
      const rung = decision.kind === 'take-over' ? decision.restore : undefined;
      return { decision, restore: rung && passwords.get(rung) };
    }
    const { rung } = decision;
    const credential = await context.tryStored({ rung, users: [name], anyAddress: true });
    tried.set(rung, credential.result);
    if (credential.password !== undefined) passwords.set(rung, credential.password);
  }
}

interface Plan {
  readonly decision: AlternateDecision;
  readonly restore: Sensitive | undefined;
  readonly alternate: AlternateUser;
  /** The user whose permissions count; undefined where it is gone from the database. */
  readonly source: string | undefined;
}

async function carryOut(
  context: ApplyContext,
  session: DatabaseSession,
  { decision, restore, alternate, source }: Plan,
): Promise<string> {
  const { name: user } = alternate;
  const permissions = async (): Promise<void> => {
    if (context.settings.permissions === 'none') return;
    if (source !== undefined) {
      await syncPermissions(context, {
        session,
        source,
        target: user,
        targetIsOriginal: alternate.isOriginal,
        // A delivery after the one that created the user finds its password set already.
        created: decision.kind !== 'take-over',
        database: context.current.address.database,
        openDatabase: (database) => openSuperuserSession(context, user, database),
        requireMayCopy: async () => {
          const vouchedFor = alternate.configuredPair || context.settings.existingUsers === 'adopt';
          if (!vouchedFor) await requireSource(context, { source, target: user });
        },
      });
      return;
    }
    context.report({
      name: 'rotation.healed',
      how: `User ${JSON.stringify(context.current.username)} is gone, so its permissions could not be compared.`,
    });
  };
  switch (decision.kind) {
    case 'refused':
      throw refusalToError(decision);
    case 'probe':
      throw new TypeError('every probe has been answered');
    case 'create':
      await context.createUser({ session, user });
      await permissions();
      return 'the alternate user was created';
    case 'already-set':
      await permissions();
      return 'the pending password was set already';
    case 'take-over':
      context.requireFitPassword();
      await permissions();
      await context.changePassword({ session, user, restore });
      return 'the password of the alternate user was changed';
  }
}
