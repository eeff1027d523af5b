import type { PermissionKind } from '@keyturn/core';
import { quoteIdentifier } from '../quoting.js';
import type { SqlRow } from '../sql-session.js';
import { granteeFilter } from './grantees.js';
import type { OwnedObjects } from './owned-objects.js';
import type { PermissionFamily, PermissionOf, ReadContext, Reading } from './permission-family.js';
import { privilegeStatements, type Phrase } from './privilege-statements.js';
import { isTrue, readPrivilege, type PrivilegeNames } from './rows.js';

/** What is particular to the privileges on one type of objects. */
export interface ObjectFamilySpec<Kind extends PermissionKind> {
  /** SVV_*_PRIVILEGES, with `privilege_type` and the identity columns. */
  readonly view: string;
  readonly privileges: PrivilegeNames;
  /** The only `privilege_scope` that is about the object itself, where the view has that column. */
  readonly scope?: string;
  /** False for rows to leave out: an owner's, the server's own. */
  wanted?(row: SqlRow, owned: OwnedObjects): boolean;
  permission(row: SqlRow, privilege: string, grantable: boolean): PermissionOf<Kind>;
  phrase(permission: PermissionOf<Kind>): Pick<Phrase, 'on' | 'object' | 'columns'>;
  /** See `PermissionFamily`. */
  writable?(permission: PermissionOf<Kind>): boolean;
  /** Objects in one statement at most. */
  readonly objectsAtOnce: number;
  /** Puts rows right before they are read. */
  prepare?(rows: readonly SqlRow[], context: ReadContext): Promise<readonly SqlRow[]>;
}

/** A family of privileges on objects, which all are read and written alike. */
export function objectFamily<Kind extends PermissionKind>(
  spec: ObjectFamilySpec<Kind>,
): PermissionFamily<Kind> {
  const phrasesOf = (
    all: readonly { readonly permission: PermissionOf<Kind>; readonly option: boolean }[],
    user: string,
  ): Phrase[] =>
    all.map(({ permission, option }) => {
      const privilege = 'privilege' in permission ? permission.privilege : '';
      const phrase = spec.phrase(permission);
      return { ...phrase, privilege, option, grantee: quoteIdentifier(user) };
    });
  const shape = { known: spec.privileges.known, objectsAtOnce: spec.objectsAtOnce };
  return {
    shownTo: 'grantee',
    inherits: true,
    writable: (permission) => spec.writable?.(permission) ?? true,
    async read(context) {
      const { where, parameters } = granteeFilter(context.grantees);
      const found = await context.sql.query(
        `SELECT * FROM ${context.views}.${spec.view} WHERE ${where}`,
        parameters,
      );
      return readRows(spec, (await spec.prepare?.(found, context)) ?? found, context.owned);
    },
    grant(permissions, { user }) {
      const all = permissions.map((permission) => ({ permission, option: permission.grantable }));
      return privilegeStatements(phrasesOf(all, user), { ...shape, verb: 'GRANT' });
    },
    revoke(revocations, { user }) {
      const all = revocations.map(({ permission, optionOnly: option }) => ({ permission, option }));
      return privilegeStatements(phrasesOf(all, user), { ...shape, verb: 'REVOKE' });
    },
  };
}

/** "FOR TABLES IN SCHEMA ..." looks like a plain permission but for its scope; `scoped-permissions.ts` reads those. */
const SCOPED = ['TABLES', 'FUNCTIONS', 'SCHEMAS'];

function readRows<Kind extends PermissionKind>(
  spec: ObjectFamilySpec<Kind>,
  rows: readonly SqlRow[],
  owned: OwnedObjects,
): Reading<Kind> {
  const permissions: PermissionOf<Kind>[] = [];
  const problems = new Set<string>();
  for (const row of rows) {
    const scope = row['privilege_scope']?.toUpperCase();
    if (spec.scope !== undefined && scope !== undefined && scope !== spec.scope) {
      if (!SCOPED.includes(scope)) problems.add(`permissions of scope ${scope} are not covered`);
      continue;
    }
    if (spec.wanted?.(row, owned) === false) continue;
    const found = readPrivilege(row, spec.privileges);
    if (found === undefined) continue;
    if ('problem' in found) problems.add(found.problem);
    else permissions.push(spec.permission(row, found.privilege, isTrue(row['admin_option'])));
  }
  return { permissions, problems: [...problems] };
}
