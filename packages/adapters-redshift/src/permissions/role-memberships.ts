import { quoteIdentifier } from '../quoting.js';
import type { PermissionFamily } from './permission-family.js';
import { isTrue, text } from './rows.js';

const SELECT = 'SELECT role_name, admin_option FROM svv_user_grants WHERE user_name = $1';

/** Membership in roles: SVV_USER_GRANTS. */
export const roleMemberships: PermissionFamily<'role'> = {
  hiddenFromOthers: true,
  async read({ sql, user }) {
    const rows = await sql.query(SELECT, [user]);
    return {
      permissions: rows.map((row) => ({
        kind: 'role',
        role: text(row, 'role_name'),
        grantable: isTrue(row['admin_option']),
      })),
      problems: [],
    };
  },
  grant(permissions, { user, dialect }) {
    // PostgreSQL takes no keyword here, Redshift demands it.
    const keyword = dialect === 'redshift' ? 'ROLE ' : '';
    const to = quoteIdentifier(user);
    return permissions.map(
      ({ role, grantable }) =>
        `GRANT ${keyword}${quoteIdentifier(role)} TO ${to}${grantable ? ' WITH ADMIN OPTION' : ''}`,
    );
  },
};
