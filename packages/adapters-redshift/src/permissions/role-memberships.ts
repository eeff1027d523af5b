import { quoteIdentifier } from '../quoting.js';
import type { GrantTarget, PermissionFamily } from './permission-family.js';
import { isTrue, text } from './rows.js';

const select = (views: string): string =>
  `SELECT role_name, admin_option FROM ${views}.svv_user_grants WHERE user_name = $1`;

/** Membership in roles: SVV_USER_GRANTS. */
export const roleMemberships: PermissionFamily<'role'> = {
  shownTo: 'grantee',
  inherits: false,
  async read({ sql, user, views }) {
    const rows = await sql.query(select(views), [user]);
    return {
      permissions: rows.map((row) => ({
        kind: 'role',
        role: text(row, 'role_name'),
        grantable: isTrue(row['admin_option']),
      })),
      problems: [],
    };
  },
  grant: (permissions, target) =>
    permissions.map(({ role, grantable }) => {
      const option = grantable ? ' WITH ADMIN OPTION' : '';
      return `GRANT ${named(role, target)} TO ${quoteIdentifier(target.user)}${option}`;
    }),
  revoke: (revocations, target) =>
    revocations.map(({ permission: { role }, optionOnly }) => {
      const option = optionOnly ? 'ADMIN OPTION FOR ' : '';
      return `REVOKE ${option}${named(role, target)} FROM ${quoteIdentifier(target.user)}`;
    }),
};

/** PostgreSQL takes no keyword here, Redshift demands it. */
function named(role: string, { dialect }: GrantTarget): string {
  return `${dialect === 'redshift' ? 'ROLE ' : ''}${quoteIdentifier(role)}`;
}
