import type { PermissionKind } from '@keyturn/core';
import type { SqlRow } from '../sql-session.js';
import type { PermissionOf, Reading } from './permission-family.js';
import { isTrue, readPrivilege, type PrivilegeNames } from './rows.js';

/** How the rows of one SVV_*_PRIVILEGES view become permissions. */
export interface ObjectReading<Kind extends PermissionKind> {
  readonly rows: readonly SqlRow[];
  readonly privileges: PrivilegeNames;
  /** The only `privilege_scope` that is about the object itself, where the view has that column. */
  readonly scope: string;
  /** False for rows to leave out: an owner's, the server's own. */
  wanted(row: SqlRow): boolean;
  permission(row: SqlRow, privilege: string, grantable: boolean): PermissionOf<Kind>;
}

/** Reads rows into permissions and reports, once each, what cannot be expressed as one. */
export function readObjects<Kind extends PermissionKind>(
  reading: ObjectReading<Kind>,
): Reading<Kind> {
  const permissions: PermissionOf<Kind>[] = [];
  const problems = new Set<string>();
  for (const row of reading.rows.filter((each) => reading.wanted(each))) {
    // "FOR TABLES IN SCHEMA ..." looks like a plain right but for its scope.
    const scope = row['privilege_scope']?.toUpperCase() ?? reading.scope;
    const found = readPrivilege(row, reading.privileges);
    if (scope !== reading.scope) problems.add(`scoped permissions (${scope}) are not covered`);
    else if (found !== undefined && 'problem' in found) problems.add(found.problem);
    else if (found !== undefined) {
      const grantable = isTrue(row['admin_option']);
      permissions.push(reading.permission(row, found.privilege, grantable));
    }
  }
  return { permissions, problems: [...problems] };
}
