import {
  DatabaseError,
  type Permission,
  type PermissionKind,
  type PermissionSnapshot,
} from '@keyturn/core';
import { sqlStateOf } from '../errors/sanitise-cause.js';
import type { SessionFacts } from '../session-facts.js';
import type { SqlSession } from '../sql-session.js';
import { FAMILIES, KINDS } from './families.js';
import { readOwnedObjects } from './owned-objects.js';
import type { ReadContext } from './permission-family.js';

/** No such view, no such column, not allowed to read it, not on this node: that kind stays unknown. */
const UNREADABLE = ['42P01', '42703', '42501', '0A000'];

type NotChecked = PermissionSnapshot['notChecked'][number];

/** Reads a user's explicit permissions, kind by kind. What cannot be read is named, never passed over. */
export async function readPermissions(
  sql: SqlSession,
  user: string,
  facts: SessionFacts,
): Promise<PermissionSnapshot> {
  const owned = await readOwnedObjects(sql, user);
  const context: ReadContext = { sql, user, owned, dialect: facts.dialect };
  const permissions: Permission[] = [];
  const notChecked: NotChecked[] = [];
  for (const kind of KINDS) {
    if (FAMILIES[kind].hiddenFromOthers && !facts.superuser && facts.me !== user) {
      const reason = `${facts.me} is no superuser, so the server may show only a part`;
      notChecked.push({ kind, reason });
      continue;
    }
    const { found, problems } = await readKind(kind, context);
    permissions.push(...found);
    if (problems.length > 0) notChecked.push({ kind, reason: problems.join('; ') });
  }
  return { permissions, notChecked };
}

async function readKind(
  kind: PermissionKind,
  context: ReadContext,
): Promise<{ found: readonly Permission[]; problems: readonly string[] }> {
  try {
    const { permissions, problems } = await FAMILIES[kind].read(context);
    return { found: permissions, problems };
  } catch (error) {
    const unreadable = UNREADABLE.includes(sqlStateOf(error) ?? '');
    if (!(error instanceof DatabaseError) || !unreadable) throw error;
    return { found: [], problems: [error.message] };
  }
}
