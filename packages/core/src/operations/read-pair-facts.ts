import type { AccessContext, SecretOwner } from '../access/access-context.js';
import { signInAsSuperuser } from '../access/superuser-session.js';
import type { PairFacts } from '../domain/diagnosis/diagnosis-facts.js';
import type { OwnershipProof } from '../domain/ownership-proof.js';
import { describeOwned, describePermissions } from '../domain/permissions/describe-permission.js';
import { vouching } from '../domain/vouching.js';
import { redactError } from '../engine/redact-error.js';
import type { DatabaseSession } from '../ports/database-admin.js';
import { workOf } from '../domain/permissions/permission-work.js';
import type { ResolvedSettings } from '../domain/rotation-settings.js';
import { lookAtPair, type UserCouple } from '../strategies/permissions/look-at-pair.js';

/** What the superuser sees of the other user. */
export async function readPairFacts(
  context: AccessContext,
  owner: SecretOwner,
  proof: OwnershipProof,
): Promise<PairFacts> {
  const { nextUser: alternateUser } = owner;
  const { username: user } = owner.current;
  const base = { alternateUser, ...vouching(context.settings, [user, alternateUser]) };
  try {
    const session = await signInAsSuperuser(context, owner, { proof });
    try {
      const users = { source: user, target: alternateUser };
      const alternate = await readAlternate(session, context.settings, users);
      const lockout = alternate.exists && (await session.describeLockout({ user: alternateUser }));
      return { ...base, alternate, ...(lockout && lockout.kind === 'known' && { lockout }) };
    } finally {
      await session.close();
    }
  } catch (error) {
    const { message, settings } = redactError(error, context.secrets);
    return { ...base, superuserProblem: message, superuserSettings: settings };
  }
}

async function readAlternate(
  session: DatabaseSession,
  settings: ResolvedSettings,
  users: UserCouple,
): Promise<NonNullable<PairFacts['alternate']>> {
  if ((await session.describeUser({ user: users.target })) === undefined) {
    return { exists: false, missing: [], owned: [] };
  }
  // What a rotation would grant: permissions that come through PUBLIC, a group or a role are no drift.
  const { work, facts } = await lookAtPair(session, {
    ...users,
    ...{ settings: { ...settings, mutualDefaultPrivileges: false }, own: true },
    ...{ exact: false, fresh: false, taking: 'none' },
  });
  const { wanted, held } = facts;
  const grant = workOf(work, 'grant').flatMap(({ permissions }) => permissions);
  const unknown = new Set([...wanted.notChecked, ...held.notChecked].map(({ kind }) => kind));
  return {
    exists: true,
    missing: describePermissions(grant.filter(({ kind }) => !unknown.has(kind))),
    owned: held.owned.map(describeOwned),
  };
}
