import { decidePermissionPlan, type PermissionPlan } from './decide-permission-plan.js';
import { diffPermissions } from './diff-permissions.js';
import { mirrorPermissions, mutualDefaults, otherSides } from './mirror-permissions.js';
import { permissionKey } from './permission-key.js';
import type { WorkFacts, WorkOf } from './permission-work.js';
import type { Permission, PermissionKind, PermissionSnapshot, Revocation } from './permission.js';

/** How two users differ, and what they have yet to give each other by the settings. */
export interface PairComparison {
  readonly plan: PermissionPlan;
  /** Comes before the plan, which counts it as given. */
  readonly mutual: readonly WorkOf<'grant'>[];
}

/** Compares two users as the settings and the policy want it. */
export function comparePair(facts: WorkFacts): PairComparison {
  const { source, target, taking } = facts;
  const mutual = missingMutualDefaults(facts);
  const given = (user: string): readonly Permission[] =>
    mutual.flatMap((grant) => (grant.user === user ? grant.permissions : []));
  const wanted = [...facts.wanted.permissions, ...given(source)];
  const held = [...facts.held.permissions, ...given(target)];
  const unproven = unprovenKinds(facts);
  const mirrored = mirrorPermissions(
    [...wanted, ...otherSides(held, { giver: target, taker: source })],
    facts,
  );
  const plan = decidePermissionPlan({
    // A default privilege is seen from both sides. Where a side could not be read, that is reported, and what only the
    // other side shows is not given: reading back could never show it.
    source: mirrored.filter(({ kind }) => !(isDefault(kind) && unproven.has(kind))),
    target: [...held, ...otherSides(wanted, { giver: source, taker: target })],
    inherited: facts.inherited ?? [],
    exact: takesAway(facts),
    unproven,
    fresh: facts.fresh,
    mayTake: (revocation) =>
      taking === 'any' || (taking !== 'none' && taking.has(revocationKey(revocation))),
  });
  return { plan, mutual };
}

/**
 * What each of the two has yet to give the other on what it will make, where the settings ask for that. What could not
 * be read is reported, and not given: reading back could never show it.
 */
function missingMutualDefaults(facts: WorkFacts): readonly WorkOf<'grant'>[] {
  const { settings, source, target, wanted, held } = facts;
  if (!settings.mutualDefaultPrivileges || unprovenKinds(facts).has('default-given')) return [];
  return [
    { user: source, other: target, has: wanted },
    { user: target, other: source, has: held },
  ]
    .map(({ user, other, has }) => ({
      kind: 'grant' as const,
      mutual: true as const,
      user,
      permissions: diffPermissions(mutualDefaults(other), defaultsOf(has)).missing,
    }))
    .filter(({ permissions }) => permissions.length > 0);
}

const isDefault = (kind: PermissionKind) => kind === 'default-given' || kind === 'default-received';

/** Default privileges alone: a limit that nobody asked about would count as one to lift. */
function defaultsOf({ permissions }: PermissionSnapshot): readonly Permission[] {
  return permissions.filter(({ kind }) => kind === 'default-given');
}

/** The groups and roles that the target will belong to, which other databases do not tell. */
export function membershipsAfter(facts: WorkFacts): readonly Permission[] {
  const only = (permissions: readonly Permission[]) => permissions.filter(isMembership);
  const wanted = { ...facts.wanted, permissions: only(facts.wanted.permissions) };
  const held = { ...facts.held, permissions: only(facts.held.permissions) };
  const { plan } = comparePair({ ...facts, wanted, held, inherited: [] });
  const gone = new Set(plan.revoke.map(({ permission }) => permissionKey(permission)));
  const stays = held.permissions.filter((each) => !gone.has(permissionKey(each)));
  const known = new Set(stays.map(permissionKey));
  return [...wanted.permissions.filter((each) => !known.has(permissionKey(each))), ...stays];
}

/** Nobody but a superuser is shown everything, so nothing is taken away by what anybody else has read. */
export function takesAway({ exact, wanted, held }: WorkFacts): boolean {
  return exact && wanted.bySuperuser && held.bySuperuser;
}

/** Kinds of which something could not be read. */
export function unprovenKinds({ wanted, held }: WorkFacts): ReadonlySet<PermissionKind> {
  return new Set([...wanted.notChecked, ...held.notChecked].map(({ kind }) => kind));
}

/** Tells what is to be taken away apart, whenever it was read. */
export function revocationKey({ permission, optionOnly, instead }: Revocation): string {
  const value = instead !== undefined && 'value' in instead ? instead.value : '';
  return JSON.stringify([permissionKey(permission), optionOnly, value]);
}

/** Memberships bring other permissions with them. */
export function isMembership({ kind }: Permission): boolean {
  return kind === 'group' || kind === 'role';
}
