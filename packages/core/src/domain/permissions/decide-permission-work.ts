import type { ResolvedSettings } from '../rotation-settings.js';
import {
  comparePair,
  isMembership,
  takesAway,
  unprovenKinds,
  type PairComparison,
} from './compare-pair.js';
import type { PermissionPlan } from './decide-permission-plan.js';
import type {
  ExtraReason,
  PermissionDecision,
  PermissionWork,
  WorkFacts,
} from './permission-work.js';
import type { PermissionKind, PermissionSnapshot, Revocation } from './permission.js';
import { waitsForRevocation } from './waits-for-revocation.js';

/**
 * The one decision about the permissions of a pair: what is granted, taken away, reported or left alone in one
 * database. `keyturn permissions plan` prints it; a rotation carries it out and decides again after reading back.
 * The list is empty where nothing differs and nothing has to be said.
 */
export function decidePermissionWork(facts: WorkFacts): PermissionDecision {
  const kinds = notCheckedOf(facts);
  const work: PermissionWork[] = kinds.length === 0 ? [] : [{ kind: 'not-checked', kinds }];
  const policies = uncheckedPolicies(facts.settings, kinds);
  if (policies.length > 0 && !facts.own) {
    work.push({ kind: 'not-compared', reason: describeUnchecked(policies) });
    return { kind: 'decided', work };
  }
  const compared = comparePair(facts);
  if (facts.inherited === undefined) {
    const inherited = inheritableKinds(facts, compared);
    if (inherited.length > 0) return { kind: 'ask', inherited };
  }
  work.push(...stops(facts, policies));
  if (facts.settings.ownedObjects !== 'ignore') work.push(...ownedBy(facts));
  work.push(...compared.mutual, ...differences(facts, compared.plan));
  return { kind: 'decided', work };
}

/** Kinds of which it matters what the target has through PUBLIC, groups and roles. */
function inheritableKinds(facts: WorkFacts, { plan }: PairComparison): readonly PermissionKind[] {
  const unproven = unprovenKinds(facts);
  // Where all is made equal, what comes through a group is given directly, too: but not without proof of the rest.
  const equal = takesAway(facts);
  const kinds = new Set(
    plan.grant
      .filter((each) => !isMembership(each) && !(equal && !unproven.has(each.kind)))
      .map(({ kind }) => kind),
  );
  // A permission on a column is also had through the same permission on the whole table.
  if (kinds.has('column')) kinds.add('relation');
  return [...kinds];
}

function differences(facts: WorkFacts, plan: PermissionPlan): readonly PermissionWork[] {
  const waits = waitsForRevocation([...plan.revoke, ...plan.replaced]);
  // Memberships first: a failure halfway must not leave direct permissions that a membership would have brought.
  const now = plan.grant
    .filter((permission) => !waits(permission))
    .sort((a, b) => Number(isMembership(b)) - Number(isMembership(a)));
  const later = plan.grant.filter(waits);
  const user = facts.target;
  const work: PermissionWork[] = [];
  if (now.length > 0) work.push({ kind: 'grant', user, permissions: now });
  work.push(...extraWork(facts, plan.extra));
  if (plan.flattened.length > 0) work.push({ kind: 'flattened', permissions: plan.flattened });
  for (const [because, revocations] of [
    ['extra', plan.revoke],
    ['replaced', plan.replaced],
  ] as const) {
    if (revocations.length > 0) work.push({ kind: 'revoke', because, revocations });
  }
  if (later.length > 0) work.push({ kind: 'grant', user, permissions: later });
  return work;
}

/** What goes beyond and stays, by the reason why it does. */
function extraWork(facts: WorkFacts, extra: readonly Revocation[]): readonly PermissionWork[] {
  const unproven = unprovenKinds(facts);
  const reasonOf = ({ permission: { kind } }: Revocation): ExtraReason => {
    if (!facts.exact) return 'policy';
    if (!takesAway(facts)) return 'no-superuser';
    if (unproven.has(kind)) return 'not-read-whole';
    return facts.taking === 'none' ? 'too-many' : 'seen-once';
  };
  const byReason = new Map<ExtraReason, Revocation[]>();
  for (const revocation of extra) {
    const reason = reasonOf(revocation);
    const some = byReason.get(reason);
    if (some === undefined) byReason.set(reason, [revocation]);
    else some.push(revocation);
  }
  return [...byReason].map(([reason, revocations]) => ({ kind: 'extra', reason, revocations }));
}

function stops(
  facts: WorkFacts,
  policies: PermissionSnapshot['notChecked'],
): readonly PermissionWork[] {
  if (policies.length > 0) {
    return [{ kind: 'stop', because: { kind: 'policies-unchecked', kinds: policies } }];
  }
  const [owned] = ownedBy(facts);
  if (facts.settings.ownedObjects !== 'refuse' || owned === undefined) return [];
  return [{ kind: 'stop', because: owned }];
}

/** What belongs to either user: the other one could neither change nor drop it. */
function ownedBy({ source, target, wanted, held }: WorkFacts) {
  return [
    { kind: 'owned' as const, user: source, objects: wanted.owned },
    { kind: 'owned' as const, user: target, objects: held.owned },
  ].filter(({ objects }) => objects.length > 0);
}

/** What could not be read of either user, each once. */
function notCheckedOf({ wanted, held }: WorkFacts): PermissionSnapshot['notChecked'] {
  const kinds = [...wanted.notChecked, ...held.notChecked];
  return [...new Map(kinds.map((each) => [`${each.kind} ${each.reason}`, each])).values()];
}

/** Kinds without which two users may see different rows, unless the settings take that risk. */
export function uncheckedPolicies(
  { allowUncheckedPolicies }: ResolvedSettings,
  notChecked: PermissionSnapshot['notChecked'],
): PermissionSnapshot['notChecked'] {
  return allowUncheckedPolicies ? [] : notChecked.filter(isPolicy);
}

/** Row-level security and masking: without them somebody sees what should be hidden. */
export function isPolicy({ kind }: { readonly kind: PermissionKind }): boolean {
  return kind === 'row-policy' || kind === 'masking-policy';
}

/** What of which kind is not known, and why. */
export function describeUnchecked(kinds: PermissionSnapshot['notChecked']): string {
  return [...new Set(kinds.map(({ kind, reason }) => `${kind}: ${reason}`))].join('; ');
}
