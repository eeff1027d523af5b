import type { Permission } from '@keyturn/core';
import type { SqlSession } from '../sql-session.js';
import type { Grantees } from './grantees.js';
import { text } from './rows.js';

const select = (views: string): string =>
  `SELECT role_name, granted_role_name FROM ${views}.svv_role_grants`;

/** Everybody, the groups and roles named, and the roles within those roles. */
export async function granteesOf(
  sql: SqlSession,
  memberships: readonly Permission[],
  views: string,
): Promise<Grantees> {
  const groups = memberships.flatMap((each) => (each.kind === 'group' ? [each.group] : []));
  const roles = new Set(memberships.flatMap((each) => (each.kind === 'role' ? [each.role] : [])));
  if (roles.size > 0) {
    const rows = await sql.query(select(views));
    // A set grows while it is walked through, so this reaches roles at any depth.
    for (const role of roles) {
      for (const row of rows) {
        if (text(row, 'role_name') === role) roles.add(text(row, 'granted_role_name'));
      }
    }
  }
  return { users: [], groups: [...new Set(groups)], roles: [...roles], everybody: true };
}
