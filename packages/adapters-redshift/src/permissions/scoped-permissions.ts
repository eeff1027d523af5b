import { quoteIdentifier } from '../quoting.js';
import { objectFamily } from './object-family.js';
import type { PermissionFamily, PermissionOf, Reading } from './permission-family.js';
import { text } from './rows.js';

const PRIVILEGES = {
  known: [
    ...['ALTER', 'CREATE', 'DELETE', 'DROP', 'EXECUTE', 'INSERT', 'REFERENCES', 'SELECT'],
    ...['TRUNCATE', 'UPDATE', 'USAGE'],
  ],
  ignored: ['RULE', 'TRIGGER'],
};

const SCOPES = ['TABLES', 'FUNCTIONS', 'SCHEMAS'] as const;
type Objects = PermissionOf<'scoped'>['objects'];

/** One of the two views that list scoped permissions among plain ones. */
const family = (
  container: 'SCHEMA' | 'DATABASE',
  view: string,
  column: string,
): PermissionFamily<'scoped'> =>
  objectFamily<'scoped'>({
    view,
    privileges: PRIVILEGES,
    async prepare(rows, { sql }) {
      const scoped = rows.filter((row) => scopeOf(row['privilege_scope']) !== undefined);
      if (scoped.length === 0 || container === 'SCHEMA') return scoped;
      // The view tells about every database, but such permissions are given in their own alone.
      const [here] = await sql.query('SELECT pg_catalog.current_database() AS name');
      return scoped.filter((row) => row[column] === here?.['name']);
    },
    permission: (row, privilege, grantable) => ({
      kind: 'scoped',
      container,
      name: text(row, column),
      objects: scopeOf(row['privilege_scope']) ?? 'TABLES',
      privilege,
      grantable,
    }),
    phrase: ({ objects, name }) => ({
      on: `FOR ${objects} IN ${container}`,
      object: quoteIdentifier(name),
    }),
    objectsAtOnce: 1,
  });

const FAMILIES = {
  SCHEMA: family('SCHEMA', 'svv_schema_privileges', 'namespace_name'),
  DATABASE: family('DATABASE', 'svv_database_privileges', 'database_name'),
};

/** Permissions on all present and future objects of a schema or database: FOR ... IN. */
export const scopedPermissions: PermissionFamily<'scoped'> = {
  shownTo: 'grantee',
  inherits: true,
  async read(context): Promise<Reading<'scoped'>> {
    const readings = [await FAMILIES.SCHEMA.read(context), await FAMILIES.DATABASE.read(context)];
    return {
      permissions: readings.flatMap(({ permissions }) => permissions),
      problems: readings.flatMap(({ problems }) => problems),
    };
  },
  grant: (permissions, target) =>
    (['DATABASE', 'SCHEMA'] as const).flatMap((container) => {
      const some = permissions.filter((each) => each.container === container);
      return FAMILIES[container].grant(some, target);
    }),
  revoke: (revocations, target) =>
    (['SCHEMA', 'DATABASE'] as const).flatMap((container) => {
      const some = revocations.filter(({ permission }) => permission.container === container);
      return FAMILIES[container].revoke(some, target);
    }),
};

function scopeOf(text: string | null | undefined): Objects | undefined {
  return SCOPES.find((scope) => scope === text?.toUpperCase());
}
