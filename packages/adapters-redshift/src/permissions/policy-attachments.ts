import { DatabaseError } from '@keyturn/core';
import { cutText } from '../errors/cut-text.js';
import { quoteIdentifier } from '../quoting.js';
import type { PermissionFamily, PermissionOf } from './permission-family.js';
import { text } from './rows.js';

const selectRowPolicies = (views: string): string =>
  `SELECT * FROM ${views}.svv_rls_attached_policy WHERE granteekind = 'user' AND grantee = $1`;
const selectMasking = (views: string): string =>
  `SELECT * FROM ${views}.svv_attached_masking_policy WHERE grantee_type = 'user' AND grantee = $1`;

const table = (schema: string, relation: string): string =>
  `${quoteIdentifier(schema)}.${quoteIdentifier(relation)}`;

/** Row-level security attached to the user: SVV_RLS_ATTACHED_POLICY. Without it the user sees no rows. */
export const rowPolicies: PermissionFamily<'row-policy'> = {
  shownTo: 'superuser',
  inherits: false,
  async read({ sql, user, views }) {
    const rows = await sql.query(selectRowPolicies(views), [user]);
    return {
      permissions: rows.map((row) => ({
        kind: 'row-policy',
        policy: text(row, 'polname'),
        schema: text(row, 'relschema'),
        relation: text(row, 'relname'),
        grantable: false,
      })),
      problems: [],
    };
  },
  grant: (permissions, { user }) =>
    permissions.map(
      ({ policy, schema, relation }) =>
        `ATTACH RLS POLICY ${quoteIdentifier(policy)} ON ${table(schema, relation)} TO ${quoteIdentifier(user)}`,
    ),
  revoke: (revocations, { user }) =>
    revocations.map(
      ({ permission: { policy, schema, relation } }) =>
        `DETACH RLS POLICY ${quoteIdentifier(policy)} ON ${table(schema, relation)} FROM ${quoteIdentifier(user)}`,
    ),
};

/** Masking attached to the user: SVV_ATTACHED_MASKING_POLICY. Without it the user sees what should be masked. */
export const maskingPolicies: PermissionFamily<'masking-policy'> = {
  shownTo: 'superuser',
  inherits: false,
  async read({ sql, user, views }) {
    const rows = await sql.query(selectMasking(views), [user]);
    return {
      permissions: rows.map((row) => ({
        kind: 'masking-policy',
        policy: text(row, 'policy_name'),
        schema: text(row, 'schema_name'),
        relation: text(row, 'table_name'),
        outputColumns: normalised(text(row, 'output_columns')),
        inputColumns: normalised(row['input_columns'] ?? '[]'),
        priority: text(row, 'priority'),
        grantable: false,
      })),
      problems: [],
    };
  },
  grant: (permissions, { user }) =>
    permissions.map((permission) => {
      const { inputColumns, priority } = permission;
      const using = columnList(inputColumns);
      if (!/^-?\d{1,9}$/.test(priority)) throw unfit('priority', priority);
      return (
        `ATTACH MASKING POLICY ${place(permission)}${using === '' ? '' : ` USING (${using})`}` +
        ` TO ${quoteIdentifier(user)} PRIORITY ${priority}`
      );
    }),
  revoke: (revocations, { user }) =>
    revocations.map(
      ({ permission }) =>
        `DETACH MASKING POLICY ${place(permission)} FROM ${quoteIdentifier(user)}`,
    ),
};

function place({
  policy,
  schema,
  relation,
  outputColumns,
}: PermissionOf<'masking-policy'>): string {
  return `${quoteIdentifier(policy)} ON ${table(schema, relation)} (${columnList(outputColumns)})`;
}

function normalised(json: string): string {
  return JSON.stringify(parseColumns(json));
}

function columnList(json: string): string {
  return parseColumns(json).map(quoteIdentifier).join(', ');
}

/** Both columns of the view are lists in JSON. */
function parseColumns(json: string): readonly string[] {
  let list: unknown;
  try {
    list = JSON.parse(json);
  } catch {
    throw unfit('column list', json);
  }
  if (Array.isArray(list) && list.every((name) => typeof name === 'string')) return list;
  throw unfit('column list', json);
}

function unfit(what: string, value: string): DatabaseError {
  return new DatabaseError({
    code: 'KEYTURN_DATABASE_STATEMENT_FAILED',
    message: `The ${what} ${JSON.stringify(cutText(value))} of a masking policy cannot be read.`,
    remedy: 'Attach the policy by hand, best to a role that both users have.',
  });
}
