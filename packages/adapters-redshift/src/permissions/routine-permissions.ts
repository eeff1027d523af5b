import { DatabaseError } from '@keyturn/core';
import { cutText } from '../errors/cut-text.js';
import { quoteIdentifier } from '../quoting.js';
import type { SqlRow } from '../sql-session.js';
import { objectFamily } from './object-family.js';
import type { ReadContext } from './permission-family.js';
import { isSystemSchema, text } from './rows.js';

/** Which routines are procedures; the views call all of them functions, statements must not. */
const selectProcedures = (catalog: string): string =>
  'SELECT n.nspname AS schema, p.proname AS name, pg_catalog.oidvectortypes(p.proargtypes) AS arguments' +
  ` FROM pg_catalog.${catalog} p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace` +
  " WHERE p.prokind = 'p'";

/** EXECUTE on functions and procedures: SVV_FUNCTION_PRIVILEGES. */
export const routinePermissions = objectFamily<'routine'>({
  view: 'svv_function_privileges',
  privileges: { known: ['EXECUTE'], ignored: [] },
  prepare: markProcedures,
  wanted(row, owned) {
    const schema = text(row, 'namespace_name');
    const signature = `${text(row, 'function_name')}(${row['argument_types'] ?? ''})`;
    return !isSystemSchema(schema) && !owned.has('routine', schema, signature);
  },
  permission: (row, privilege, grantable) => ({
    kind: 'routine',
    routine: row['routine'] === 'PROCEDURE' ? 'PROCEDURE' : 'FUNCTION',
    schema: text(row, 'namespace_name'),
    name: text(row, 'function_name'),
    // Some servers show none as an empty text, others as NULL.
    arguments: row['argument_types'] ?? '',
    privilege,
    grantable,
  }),
  phrase: ({ routine, schema, name, arguments: types }) => ({
    on: `ON ${routine}`,
    object: `${quoteIdentifier(schema)}.${quoteIdentifier(name)}(${checkedTypes(types)})`,
  }),
  writable: ({ arguments: types }) => TYPES.test(types),
  objectsAtOnce: 100,
});

async function markProcedures(
  rows: readonly SqlRow[],
  { sql, dialect }: ReadContext,
): Promise<readonly SqlRow[]> {
  if (rows.length === 0) return rows;
  const catalog = dialect === 'redshift' ? 'pg_proc_info' : 'pg_proc';
  const found = await sql.query(selectProcedures(catalog));
  const keyOf = (...parts: unknown[]): string => JSON.stringify(parts);
  const procedures = new Set(
    found.map((row) => keyOf(row['schema'], row['name'], row['arguments'])),
  );
  return rows.map((row) => {
    const key = keyOf(row['namespace_name'], row['function_name'], row['argument_types'] ?? '');
    return { ...row, routine: procedures.has(key) ? 'PROCEDURE' : 'FUNCTION' };
  });
}

/** Names of types, quoted names, lengths, arrays and commas: nothing that could end a statement. */
const TYPES = /^(?:[\w$ .,()[\]]|"(?:[^"\\]|"")+"(?!"))*$/;

/** Types come from the server as SQL text and cannot be quoted again. */
function checkedTypes(types: string): string {
  if (TYPES.test(types)) return types;
  throw new DatabaseError({
    code: 'KEYTURN_DATABASE_STATEMENT_FAILED',
    message: `The argument types ${JSON.stringify(cutText(types))} were not put into a statement.`,
    remedy: 'Grant this function by hand.',
  });
}
