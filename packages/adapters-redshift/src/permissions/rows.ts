import { DatabaseError } from '@keyturn/core';
import type { SqlRow } from '../sql-session.js';

/** A column that every row must have. */
export function text(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value === 'string') return value;
  throw new DatabaseError({
    code: 'KEYTURN_DATABASE_STATEMENT_FAILED',
    message: `A view of the server has no value in its column ${column}.`,
    remedy:
      'Nothing was changed by it. Views of the same name that are not the server’s own may be in the way.',
  });
}

/** Redshift shows truth as a boolean in some views and as a word in others. */
export function isTrue(value: string | null | undefined): boolean {
  return ['t', 'true', '1'].includes((value ?? '').toLowerCase());
}

/** Sorts privileges into those to clone, those to leave alone, and those nobody has told keyturn about. */
export interface PrivilegeNames {
  readonly known: readonly string[];
  /** Occur in views, but cannot be granted on Redshift. */
  readonly ignored: readonly string[];
}

/** What a row says about one privilege: its name, nothing to do, or a problem to report. */
export function readPrivilege(
  row: SqlRow,
  { known, ignored }: PrivilegeNames,
): { readonly privilege: string } | { readonly problem: string } | undefined {
  const name = text(row, 'privilege_type').toUpperCase();
  if (ignored.includes(name)) return undefined;
  // The one of the list, so that thousands of permissions do not keep a copy of the word each.
  const privilege = known.find((each) => each === name);
  if (privilege !== undefined) return { privilege };
  return { problem: `the privilege ${name} is not covered` };
}

/** Schemas that belong to the server. */
export function isSystemSchema(schema: string): boolean {
  return (
    ['pg_catalog', 'pg_internal', 'pg_automv', 'information_schema'].includes(schema) ||
    /^pg_(temp|toast)/.test(schema)
  );
}
