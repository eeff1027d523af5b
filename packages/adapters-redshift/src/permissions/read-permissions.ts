import { DatabaseError, type Permission, type PermissionKind } from '@keyturn/core';
import { PERMISSION_SCOPE, type PermissionSnapshot } from '@keyturn/core/adapter';
import { cutText } from '../errors/cut-text.js';
import { sqlStateOf } from '../errors/sanitise-cause.js';
import type { SessionFacts } from '../session-facts.js';
import { quotingProblem } from '../quoting.js';
import { readOnce } from '../read-once.js';
import type { SqlSession } from '../sql-session.js';
import { FAMILIES, KINDS } from './families.js';
import { userAlone, type Grantees } from './grantees.js';
import { NOTHING_OWNED, readOwnedObjects } from './owned-objects.js';
import type { PermissionFamily, ReadContext } from './permission-family.js';
import { readUserAttributes, type UserAttributes } from './user-attributes.js';

/** No such view, no such column, not allowed to read it, not on this node: that kind stays unknown. */
const UNREADABLE = ['42P01', '42703', '42501', '0A000'];

type NotChecked = PermissionSnapshot['notChecked'][number];

/** How to read. */
interface ReadRequest {
  readonly facts: SessionFacts;
  /** Default: all of them. */
  readonly kinds?: readonly PermissionKind[] | undefined;
}

/** Reads a user's explicit permissions, kind by kind. What cannot be read is named, never passed over. */
export async function readPermissions(
  session: SqlSession,
  user: string,
  { facts, scope, kinds = KINDS }: ReadRequest & { readonly scope: 'all' | 'database' },
): Promise<PermissionSnapshot> {
  const sql = readOnce(session);
  const owned = await readOwnedObjects(sql, user);
  let attributes: Promise<UserAttributes | undefined> | undefined;
  const context: ReadContext = {
    sql,
    user,
    owned,
    grantees: userAlone(user),
    ...sourceOf(facts),
    attributes: () => (attributes ??= readUserAttributes(sql, user, facts.views)),
  };
  const readings: (readonly Permission[])[] = [];
  const notChecked: NotChecked[] = [];
  for (const kind of KINDS.filter((each) => kinds.includes(each))) {
    if (scope === 'database' && PERMISSION_SCOPE[kind] === 'cluster') continue;
    const reason = hiddenReason(kind, user, facts);
    if (reason !== undefined) {
      notChecked.push({ kind, reason });
      continue;
    }
    const { found, problems } = await readKind(kind, context);
    readings.push(found);
    if (problems.length > 0) notChecked.push({ kind, reason: cutText(problems.join('; ')) });
  }
  return {
    permissions: readings.flat(),
    notChecked,
    owned: owned.list,
    bySuperuser: facts.superuser,
  };
}

/** Reads what groups, roles and everybody have. What cannot be read counts as nothing. */
export async function readInherited(
  session: SqlSession,
  grantees: Grantees,
  { facts, kinds = KINDS }: ReadRequest,
): Promise<readonly Permission[]> {
  const context: ReadContext = {
    sql: readOnce(session),
    ...sourceOf(facts),
    user: '',
    grantees,
    owned: NOTHING_OWNED,
    attributes: () => Promise.resolve(undefined),
  };
  const readings: (readonly Permission[])[] = [];
  for (const kind of kinds.filter((each) => FAMILIES[each].inherits)) {
    readings.push((await readKind(kind, context)).found);
  }
  return readings.flat();
}

/** What the reading families have to know about the server. */
function sourceOf({ dialect, views, viewsProblem }: SessionFacts) {
  return { dialect, views, viewsProblem };
}

function hiddenReason(kind: PermissionKind, user: string, facts: SessionFacts): string | undefined {
  const { shownTo } = FAMILIES[kind];
  if (facts.superuser || shownTo === 'everybody') return undefined;
  if (shownTo === 'grantee' && facts.me === user) return undefined;
  return `${facts.me} is no superuser, so the server may show only a part`;
}

async function readKind<Kind extends PermissionKind>(
  kind: Kind,
  context: ReadContext,
): Promise<{ found: readonly Permission[]; problems: readonly string[] }> {
  try {
    const family: PermissionFamily<Kind> = FAMILIES[kind];
    const { permissions, problems } = await family.read(context);
    const found = permissions.filter(
      (each) => canBeQuoted(each) && (family.writable?.(each) ?? true),
    );
    const left = permissions.length - found.length;
    if (left === 0) return { found, problems };
    return { found, problems: [...problems, `${left} ${UNWRITABLE}`] };
  } catch (error) {
    const unreadable = UNREADABLE.includes(sqlStateOf(error) ?? '');
    if (!(error instanceof DatabaseError) || !unreadable) throw error;
    const withheld = sqlStateOf(error) === '42P01' ? context.viewsProblem : undefined;
    return { found: [], problems: [withheld ?? error.message] };
  }
}

const UNWRITABLE =
  'with a name or a type that is never put into a statement, such as one with a backslash or a control character';

/**
 * Anybody who may create objects chooses their names, and may grant permissions on them to either user: such a permission
 * must be able neither to get into a statement nor to stop every rotation. Masking policies, whose columns are JSON,
 * are attached by administrators alone, and one that cannot be copied has to stop the rotation.
 */
function canBeQuoted(permission: Permission): boolean {
  if (permission.kind === 'masking-policy') return true;
  const values: readonly unknown[] = Object.values(permission);
  return values.every((text) => typeof text !== 'string' || quotingProblem(text) === undefined);
}
