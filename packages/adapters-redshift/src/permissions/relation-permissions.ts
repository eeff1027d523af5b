import { quoteIdentifier } from '../quoting.js';
import { grantStatements } from './grant-statement.js';
import { readObjects } from './object-reading.js';
import type { PermissionFamily } from './permission-family.js';
import { isSystemSchema, text } from './rows.js';

const PRIVILEGES = {
  known: ['ALTER', 'DELETE', 'DROP', 'INSERT', 'REFERENCES', 'SELECT', 'TRUNCATE', 'UPDATE'],
  // Left over from GRANT ALL on older servers; they mean nothing and cannot be granted.
  ignored: ['RULE', 'TRIGGER'],
};

const SELECT =
  "SELECT * FROM svv_relation_privileges WHERE identity_type = 'user' AND identity_name = $1";

/** The storage of a materialized view, whose rights are those of the view. */
const MATERIALIZED_STORAGE = 'mv_tbl__';

/** Rights on tables, views and materialized views: SVV_RELATION_PRIVILEGES. */
export const relationPermissions: PermissionFamily<'relation'> = {
  hiddenFromOthers: true,
  async read({ sql, user, owned }) {
    return readObjects<'relation'>({
      rows: await sql.query(SELECT, [user]),
      privileges: PRIVILEGES,
      scope: 'RELATION',
      wanted(row) {
        const schema = text(row, 'namespace_name');
        const relation = text(row, 'relation_name');
        const internal = isSystemSchema(schema) || relation.startsWith(MATERIALIZED_STORAGE);
        return !internal && !owned.has('relation', schema, relation);
      },
      permission: (row, privilege, grantable) => ({
        kind: 'relation',
        schema: text(row, 'namespace_name'),
        relation: text(row, 'relation_name'),
        privilege,
        grantable,
      }),
    });
  },
  grant(permissions, { user }) {
    const grants = permissions.map(({ schema, relation, ...rest }) => ({
      object: `${quoteIdentifier(schema)}.${quoteIdentifier(relation)}`,
      ...rest,
    }));
    const shape = { on: 'ON TABLE', user, known: PRIVILEGES.known, objectsAtOnce: 100 };
    return grantStatements(grants, shape);
  },
};
