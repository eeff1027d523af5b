import { quoteIdentifier } from '../quoting.js';
import type { PermissionFamily } from './permission-family.js';
import { text } from './rows.js';

const SELECT =
  'SELECT g.groname AS name FROM pg_catalog.pg_group g, pg_catalog.pg_user u' +
  ' WHERE u.usesysid = ANY (g.grolist) AND u.usename = $1';

/** PostgreSQL counts roles as groups, too; the stand-in views know which are roles. */
const selectRoles = (views: string): string => `SELECT role_name AS name FROM ${views}.svv_roles`;

/** Membership in groups: PG_GROUP. */
export const groupMemberships: PermissionFamily<'group'> = {
  shownTo: 'everybody',
  inherits: false,
  async read({ sql, dialect, user, views }) {
    const groups = await sql.query(SELECT, [user]);
    const mayBeRoles = dialect === 'postgres' && groups.length > 0;
    const roles = mayBeRoles ? await sql.query(selectRoles(views)) : [];
    const roleNames = new Set(roles.map((row) => text(row, 'name')));
    const names = groups.map((row) => text(row, 'name')).filter((name) => !roleNames.has(name));
    return {
      permissions: names.map((group) => ({ kind: 'group', group, grantable: false })),
      problems: [],
    };
  },
  grant(permissions, { user }) {
    const member = quoteIdentifier(user);
    return permissions.map(
      ({ group }) => `ALTER GROUP ${quoteIdentifier(group)} ADD USER ${member}`,
    );
  },
  revoke(revocations, { user }) {
    const member = quoteIdentifier(user);
    return revocations.map(
      ({ permission: { group } }) => `ALTER GROUP ${quoteIdentifier(group)} DROP USER ${member}`,
    );
  },
};
