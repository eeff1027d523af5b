import { quoteIdentifier } from '../quoting.js';
import { grantStatements } from './grant-statement.js';
import { readObjects } from './object-reading.js';
import type { PermissionFamily } from './permission-family.js';
import { text } from './rows.js';

const PRIVILEGES = { known: ['ALTER', 'CREATE', 'TEMP', 'USAGE'], ignored: [] };

const SELECT =
  "SELECT * FROM svv_database_privileges WHERE identity_type = 'user' AND identity_name = $1";

/** Rights on databases, this one and others: SVV_DATABASE_PRIVILEGES. */
export const databasePermissions: PermissionFamily<'database'> = {
  hiddenFromOthers: true,
  async read({ sql, user, owned }) {
    const rows = await sql.query(SELECT, [user]);
    return readObjects<'database'>({
      // An older spelling of the same privilege.
      rows: rows.map((row) =>
        row['privilege_type'] === 'TEMPORARY' ? { ...row, privilege_type: 'TEMP' } : row,
      ),
      privileges: PRIVILEGES,
      scope: 'DATABASE',
      wanted(row) {
        const name = text(row, 'database_name');
        return !owned.has('database', name, name);
      },
      permission: (row, privilege, grantable) => ({
        kind: 'database',
        database: text(row, 'database_name'),
        privilege,
        grantable,
      }),
    });
  },
  grant(permissions, { user }) {
    const grants = permissions.map(({ database, ...rest }) => ({
      object: quoteIdentifier(database),
      ...rest,
    }));
    // One at a time: Redshift refuses datashare databases together with ordinary ones.
    const shape = { on: 'ON DATABASE', user, known: PRIVILEGES.known, objectsAtOnce: 1 };
    return grantStatements(grants, shape);
  },
};
