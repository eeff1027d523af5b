import { quoteIdentifier } from '../quoting.js';
import { grantStatements } from './grant-statement.js';
import { readObjects } from './object-reading.js';
import type { PermissionFamily } from './permission-family.js';
import { isSystemSchema, text } from './rows.js';

const PRIVILEGES = { known: ['ALTER', 'CREATE', 'DROP', 'USAGE'], ignored: [] };

const SELECT =
  "SELECT * FROM svv_schema_privileges WHERE identity_type = 'user' AND identity_name = $1";

/** Rights on schemas, external ones included: SVV_SCHEMA_PRIVILEGES. */
export const schemaPermissions: PermissionFamily<'schema'> = {
  hiddenFromOthers: true,
  async read({ sql, user, owned }) {
    return readObjects<'schema'>({
      rows: await sql.query(SELECT, [user]),
      privileges: PRIVILEGES,
      scope: 'SCHEMA',
      wanted(row) {
        const name = text(row, 'namespace_name');
        return !isSystemSchema(name) && !owned.has('schema', name, name);
      },
      permission: (row, privilege, grantable) => ({
        kind: 'schema',
        schema: text(row, 'namespace_name'),
        privilege,
        grantable,
      }),
    });
  },
  grant(permissions, { user }) {
    const grants = permissions.map(({ schema, ...rest }) => ({
      object: quoteIdentifier(schema),
      ...rest,
    }));
    // One at a time: an external schema among others must not make all of them fail.
    const shape = { on: 'ON SCHEMA', user, known: PRIVILEGES.known, objectsAtOnce: 1 };
    return grantStatements(grants, shape);
  },
};
