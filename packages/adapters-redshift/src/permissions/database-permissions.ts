import { quoteIdentifier } from '../quoting.js';
import { objectFamily } from './object-family.js';
import { text } from './rows.js';

/** Permissions on databases, this one and others: SVV_DATABASE_PRIVILEGES. */
export const databasePermissions = objectFamily<'database'>({
  view: 'svv_database_privileges',
  privileges: { known: ['ALTER', 'CREATE', 'TEMP', 'USAGE'], ignored: [] },
  scope: 'DATABASE',
  prepare: (rows) =>
    Promise.resolve(
      // An older spelling of the same privilege.
      rows.map((row) =>
        row['privilege_type'] === 'TEMPORARY' ? { ...row, privilege_type: 'TEMP' } : row,
      ),
    ),
  wanted(row, owned) {
    const name = text(row, 'database_name');
    return !owned.has('database', name, name);
  },
  permission: (row, privilege, grantable) => ({
    kind: 'database',
    database: text(row, 'database_name'),
    privilege,
    grantable,
  }),
  phrase: ({ database }) => ({ on: 'ON DATABASE', object: quoteIdentifier(database) }),
  // One at a time: Redshift refuses datashare databases together with ordinary ones.
  objectsAtOnce: 1,
});
