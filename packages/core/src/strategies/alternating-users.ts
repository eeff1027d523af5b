import type { StepOutcome } from '../domain/step-outcome.js';
import { alternateUser, type AlternateUser } from '../domain/alternate-user.js';
import { decideLockout } from '../domain/tries/decide-lockout.js';
import { decideAlternate, type AlternateDecision } from '../domain/decide-alternate.js';
import type { Rung, Tried } from '../domain/decide-login.js';
import type { OwnershipProof } from '../domain/ownership-proof.js';
import { isRefusal } from '../domain/refusal.js';
import type { SettingsOf } from '../domain/rotation-settings.js';
import type { Sensitive } from '../domain/sensitive.js';
import { isVouchedFor } from '../domain/vouching.js';
import { KeyturnError, refusalToError } from '../errors.js';
import type { DatabaseSession } from '../ports/database-admin.js';
import type {
  ApplyContext,
  NextUserRequest,
  PrepareContext,
  RotationStrategy,
} from '../ports/rotation-strategy.js';
import { checkSource, checkRotatable, lookUpUser } from './check-user.js';
import { prepareSync, type PreparedSync } from './permissions/sync-permissions.js';
import { requireSource } from './require-source.js';
import { strategyOptions } from './strategy-options.js';

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
    usesSuperuser: true,
    prepare: (context) => context.checkSuperuser(),
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

async function apply(context: ApplyContext, alternate: AlternateUser): Promise<StepOutcome> {
  const { proof } = await context.proveOwnership();
  // Who waits for a lock must leave time for the rest, and for the password.
  const bounds = { statementMs: context.timeLeftMs() / 3, connectMs: Infinity };
  const session = await context.signInAsSuperuser({ proof, bounds });
  try {
    const source = await lookUpUser(session, context.current.username);
    if (source !== undefined) checkSource(source, context.settings);
    return await settleAlternate(context, { session, proof, alternate, source: source?.name });
  } finally {
    await session.close();
  }
}

/** How often the state of the alternate user is looked at again after somebody else created it meanwhile. */
const MOST_LOOKS = 3;

/** What the superuser works on. */
interface Pair {
  readonly session: DatabaseSession;
  readonly proof: OwnershipProof;
  readonly alternate: AlternateUser;
  /** The user whose permissions count; undefined where it is gone from the database. */
  readonly source: string | undefined;
}

async function settleAlternate(context: ApplyContext, pair: Pair): Promise<StepOutcome> {
  for (let look = 1; ; look++) {
    const plan = await decideWithProbes(context, pair.session, pair.alternate);
    const { decision } = plan;
    try {
      return await carryOut(context, { ...pair, ...plan });
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
): Promise<Plan> {
  const existing = await lookUpUser(session, name);
  if (existing !== undefined) {
    checkRotatable(existing, { now: context.now(), allowSuperuser: false });
  }
  let limit: number | undefined;
  if (existing !== undefined) {
    const { settings, current } = context;
    const lockout = await session.describeLockout({ user: name });
    if (lockout.kind === 'known') ({ limit } = lockout);
    if (lockout.kind === 'no-rule') limit = Infinity;
    const locked = decideLockout(name, lockout, isVouchedFor(settings, [current.username, name]));
    if (isRefusal(locked)) return { decision: locked, restore: undefined };
    // Whatever is tried for a locked user is refused, the right password, too.
    if (locked.kind === 'unlock') {
      const decision = { kind: 'take-over', restore: undefined } as const;
      return { decision, restore: undefined, unlock: true };
    }
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
      blindSpots: context.blindSpots,
    });
    if (decision.kind !== 'probe') {
      const rung = decision.kind === 'take-over' ? decision.restore : undefined;
      return { decision, restore: rung && passwords.get(rung) };
    }
    const { rung } = decision;
    const credential = await context.tryStored({ rung, users: [name], limit });
    tried.set(rung, credential.result);
    if (credential.password !== undefined) passwords.set(rung, credential.password);
  }
}

interface Plan {
  readonly decision: AlternateDecision;
  readonly restore: Sensitive | undefined;
  /** The user is locked, and the configuration vouches for it. */
  readonly unlock?: boolean;
}

async function carryOut(
  context: ApplyContext,
  { session, proof, decision, restore, unlock = false, alternate, source }: Pair & Plan,
): Promise<StepOutcome> {
  const { name: user } = alternate;
  const permissions = (): Promise<PreparedSync | undefined> =>
    preparePermissions(context, { session, proof, decision, alternate, source });
  switch (decision.kind) {
    case 'refused':
      throw refusalToError(decision);
    case 'probe':
      throw new TypeError('every probe has been answered');
    case 'create': {
      const sync = await permissions();
      await context.createUser({ session, user });
      await syncCreated(context, { session, user }, sync);
      return 'alternate-created';
    }
    case 'already-set':
      await (await permissions())?.carryOut();
      return 'already-set';
    case 'take-over':
      context.requireFitPassword();
      await (await permissions())?.carryOut();
      await context.changePassword({ session, user, restore, unlock });
      return 'alternate-changed';
  }
}

/** Looks at all permissions, and for all that would stop the rotation, while nothing is changed yet. */
async function preparePermissions(
  context: ApplyContext,
  { session, proof, decision, alternate, source }: Pair & Pick<Plan, 'decision'>,
): Promise<PreparedSync | undefined> {
  if (context.settings.permissions === 'none') return undefined;
  const { name: target } = alternate;
  if (source !== undefined) {
    return prepareSync(context, {
      ...{ session, source, target, database: context.current.address.database },
      targetIsOriginal: alternate.isOriginal,
      targetExists: decision.kind !== 'create',
      // A delivery after the one that created the user finds its password set already.
      created: decision.kind !== 'take-over',
      wasCurrent: await context.previousNames(target),
      openDatabase: (database, bounds) => context.signInAsSuperuser({ proof, database, bounds }),
      requireMayCopy: async () => {
        if (isVouchedFor(context.settings, [context.current.username, target])) return;
        await requireSource(context, { source, target });
      },
    });
  }
  context.report({
    name: 'rotation.healed',
    code: 'current-user-missing',
    how: `User ${JSON.stringify(context.current.username)} is gone, so its permissions could not be compared.`,
  });
  return undefined;
}

/**
 * Gives a user that was just created its permissions. Where that fails for good before it has got any, the user goes
 * again; otherwise the next delivery goes on with it, as the stored pending value signs in as it.
 */
async function syncCreated(
  context: ApplyContext,
  created: { readonly session: DatabaseSession; readonly user: string },
  sync: PreparedSync | undefined,
): Promise<void> {
  if (sync === undefined) return;
  try {
    await sync.carryOut();
  } catch (error) {
    const mayPass = KeyturnError.is(error) && error.retryable;
    if (!mayPass && sync.progress.granted === 0) await context.dropCreated(created);
    throw error;
  }
}
