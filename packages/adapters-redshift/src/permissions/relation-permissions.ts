import { quoteIdentifier } from '../quoting.js';
import { objectFamily } from './object-family.js';
import { isOwnedOrInternal } from './owned-objects.js';
import { text } from './rows.js';

/** What can be granted on tables, and is not left over from GRANT ALL on older servers. */
export const RELATION_PRIVILEGES = {
  known: ['ALTER', 'DELETE', 'DROP', 'INSERT', 'REFERENCES', 'SELECT', 'TRUNCATE', 'UPDATE'],
  // They mean nothing and cannot be granted.
  ignored: ['RULE', 'TRIGGER'],
};

/** Permissions on tables, views and materialized views: SVV_RELATION_PRIVILEGES. */
export const relationPermissions = objectFamily<'relation'>({
  view: 'svv_relation_privileges',
  privileges: RELATION_PRIVILEGES,
  wanted: (row, owned) => !isOwnedOrInternal(row, owned),
  permission: (row, privilege, grantable) => ({
    kind: 'relation',
    schema: text(row, 'namespace_name'),
    relation: text(row, 'relation_name'),
    privilege,
    grantable,
  }),
  phrase: ({ schema, relation }) => ({
    on: 'ON TABLE',
    object: `${quoteIdentifier(schema)}.${quoteIdentifier(relation)}`,
  }),
  objectsAtOnce: 100,
});
