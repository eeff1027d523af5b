import { quoteIdentifier } from '../quoting.js';
import { objectFamily } from './object-family.js';
import { isSystemSchema, text } from './rows.js';

/** Permissions on schemas, external ones included: SVV_SCHEMA_PRIVILEGES. */
export const schemaPermissions = objectFamily<'schema'>({
  view: 'svv_schema_privileges',
  privileges: { known: ['ALTER', 'CREATE', 'DROP', 'USAGE'], ignored: [] },
  scope: 'SCHEMA',
  wanted(row, owned) {
    const name = text(row, 'namespace_name');
    return !isSystemSchema(name) && !owned.has('schema', name, name);
  },
  permission: (row, privilege, grantable) => ({
    kind: 'schema',
    schema: text(row, 'namespace_name'),
    privilege,
    grantable,
  }),
  phrase: ({ schema }) => ({ on: 'ON SCHEMA', object: quoteIdentifier(schema) }),
  // One at a time: an external schema among others must not make all of them fail.
  objectsAtOnce: 1,
});
