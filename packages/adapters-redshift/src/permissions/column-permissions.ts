import { quoteIdentifier } from '../quoting.js';
import { objectFamily } from './object-family.js';
import { isOwnedOrInternal } from './owned-objects.js';
import { text } from './rows.js';

/** Permissions on single columns, which never carry the grant option: SVV_COLUMN_PRIVILEGES. */
export const columnPermissions = objectFamily<'column'>({
  view: 'svv_column_privileges',
  privileges: { known: ['SELECT', 'UPDATE', 'INSERT', 'REFERENCES'], ignored: [] },
  wanted: (row, owned) => !isOwnedOrInternal(row, owned),
  permission: (row, privilege) => ({
    kind: 'column',
    schema: text(row, 'namespace_name'),
    relation: text(row, 'relation_name'),
    column: text(row, 'column_name'),
    privilege,
    grantable: false,
  }),
  phrase: ({ schema, relation, column }) => ({
    columns: ` (${quoteIdentifier(column)})`,
    on: 'ON TABLE',
    object: `${quoteIdentifier(schema)}.${quoteIdentifier(relation)}`,
  }),
  objectsAtOnce: 100,
});
