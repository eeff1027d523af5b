import { diffPermissions } from '../../domain/permissions/diff-permissions.js';
import { mutualDefaults } from '../../domain/permissions/mirror-permissions.js';
import type { OwnedObject, Permission, Revocation } from '../../domain/permissions/permission.js';
import type { ResolvedSettings } from '../../domain/rotation-settings.js';
import type { KeyturnError } from '../../errors.js';
import type { DatabaseSession } from '../../ports/database-admin.js';
import { ownedObjects, unchecked } from './permission-errors.js';
import type { DatabasePlan, UserCouple } from './plan-database.js';

/** What belongs to one user of a pair. */
export interface OwnedByUser {
  readonly user: string;
  readonly objects: readonly OwnedObject[];
}

/** What could not be read of either user, each once. */
export function notCheckedOf({ wanted, held }: DatabasePlan): DatabasePlan['held']['notChecked'] {
  const kinds = [...wanted.notChecked, ...held.notChecked];
  return [...new Map(kinds.map((each) => [`${each.kind} ${each.reason}`, each])).values()];
}

/** What belongs to either user: the other one could neither change nor drop it. */
export function ownedByEither(
  { source, target }: UserCouple,
  { wanted, held }: DatabasePlan,
): readonly OwnedByUser[] {
  return [
    { user: source, objects: wanted.owned },
    { user: target, objects: held.owned },
  ].filter(({ objects }) => objects.length > 0);
}

/** What stops a rotation before it has granted anything in a database. */
export function obstacleIn(
  settings: ResolvedSettings,
  couple: UserCouple,
  plan: DatabasePlan,
): KeyturnError | undefined {
  const policies = uncheckedPolicies(settings, notCheckedOf(plan));
  if (policies.length > 0) {
    return unchecked(couple.target, [
      ...new Set(policies.map(({ kind, reason }) => `${kind}: ${reason}`)),
    ]);
  }
  const [owned] = ownedByEither(couple, plan);
  if (settings.ownedObjects !== 'refuse' || owned === undefined) return undefined;
  return ownedObjects(owned.user, owned.objects);
}

/** Kinds without which two users may see different rows, unless the settings take that risk. */
export function uncheckedPolicies(
  settings: ResolvedSettings,
  notChecked: DatabasePlan['held']['notChecked'],
): DatabasePlan['held']['notChecked'] {
  if (settings.allowUncheckedPolicies) return [];
  return notChecked.filter(({ kind }) => kind === 'row-policy' || kind === 'masking-policy');
}

/** What each of the two has yet to give the other on what it will make, where the settings ask for that. */
export function missingMutualDefaults(
  settings: ResolvedSettings,
  { source, target }: UserCouple,
  { wanted, held }: DatabasePlan,
): readonly { readonly user: string; readonly permissions: readonly Permission[] }[] {
  if (!settings.mutualDefaultPrivileges) return [];
  return [
    { user: source, other: target, has: wanted },
    { user: target, other: source, has: held },
  ]
    .map(({ user, other, has }) => ({
      user,
      permissions: diffPermissions(mutualDefaults(other), has.permissions).missing,
    }))
    .filter(({ permissions }) => permissions.length > 0);
}

/** The statements that take rights from both users: what one alone has is given back at the next rotation. */
export async function revokeFromBoth(
  session: DatabaseSession,
  { source, target, targetExists = true }: UserCouple & { readonly targetExists?: boolean },
  revoke: readonly Revocation[],
): Promise<readonly string[]> {
  return [
    ...(targetExists ? await session.writeOut({ user: target, revoke }) : []),
    ...(await session.writeOut({ user: source, revoke })),
  ];
}

/** The right and its grant option. */
export function wholly(permission: Permission): Revocation {
  return { permission, optionOnly: false };
}
