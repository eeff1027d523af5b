import { membershipsAfter } from '../../domain/permissions/compare-pair.js';
import { decidePermissionWork } from '../../domain/permissions/decide-permission-work.js';
import type { PermissionWork, WorkFacts } from '../../domain/permissions/permission-work.js';
import type {
  Permission,
  PermissionKind,
  PermissionSnapshot,
} from '../../domain/permissions/permission.js';
import type { DatabaseSession } from '../../ports/database-admin.js';

/** Whose permissions count, and who is to have them. */
export interface UserCouple {
  readonly source: string;
  readonly target: string;
}

/** How one database is looked at: what is known before anything is read. */
export interface LookRequest extends Omit<WorkFacts, 'wanted' | 'held' | 'inherited'> {
  /** Nothing is asked about a user that does not exist yet. Default true. */
  readonly targetExists?: boolean;
  /** Groups and roles that the target will belong to, which the secret's own database has told. */
  readonly memberships?: readonly Permission[] | undefined;
}

/** What was read of one database, and what follows from it. */
export interface DatabaseLook {
  readonly facts: WorkFacts;
  readonly memberships: readonly Permission[];
  readonly work: readonly PermissionWork[];
}

/** Reads both users and decides. Changes nothing. */
export async function lookAtPair(
  session: DatabaseSession,
  request: LookRequest,
): Promise<DatabaseLook> {
  const { targetExists = true, memberships, ...known } = request;
  const { source, target, own } = known;
  const scope = own ? 'all' : 'database';
  const wanted = await session.readPermissions({ user: source, scope });
  const held = targetExists
    ? await session.readPermissions({ user: target, scope })
    : { ...NOTHING, bySuperuser: wanted.bySuperuser };
  return decide(session, { ...known, wanted, held, inherited: undefined }, memberships);
}

const NOTHING: Omit<PermissionSnapshot, 'bySuperuser'> = {
  permissions: [],
  notChecked: [],
  owned: [],
};

/** Reads again what the target has of some kinds, and decides anew. */
export async function lookAgain(
  session: DatabaseSession,
  { facts, memberships }: DatabaseLook,
  kinds: ReadonlySet<PermissionKind>,
): Promise<DatabaseLook> {
  const scope = facts.own ? 'all' : 'database';
  const again = await session.readPermissions({ user: facts.target, scope, kinds: [...kinds] });
  const isOther = ({ kind }: { readonly kind: PermissionKind }): boolean => !kinds.has(kind);
  const held: PermissionSnapshot = {
    ...again,
    permissions: [...facts.held.permissions.filter(isOther), ...again.permissions],
    notChecked: [...facts.held.notChecked.filter(isOther), ...again.notChecked],
  };
  return decide(session, { ...facts, held, inherited: facts.inherited ?? [] }, memberships);
}

/** The same facts, but for what may be taken away. Reads nothing that was read already. */
export function decideAgain(
  session: DatabaseSession,
  { facts, memberships }: DatabaseLook,
  taking: WorkFacts['taking'],
): Promise<DatabaseLook> {
  return decide(session, { ...facts, taking }, memberships);
}

async function decide(
  session: DatabaseSession,
  facts: WorkFacts,
  known: readonly Permission[] | undefined,
): Promise<DatabaseLook> {
  const memberships = known ?? membershipsAfter(facts);
  const decision = decidePermissionWork(facts);
  if (decision.kind === 'decided') return { facts, memberships, work: decision.work };
  const inherited = await session.readInherited({ memberships, kinds: decision.inherited });
  return decide(session, { ...facts, inherited }, memberships);
}
