import { DatabaseError } from '@keyturn/core';
import { groupBy } from '@keyturn/core/adapter';
import { quoteIdentifier, quoteLiteral } from '../quoting.js';
import { granteeFilter } from './grantees.js';
import type { PermissionFamily, PermissionOf } from './permission-family.js';
import { text } from './rows.js';

const COMMANDS: Readonly<Record<string, string>> = {
  ALL: 'ALL',
  COPY: 'COPY',
  UNLOAD: 'UNLOAD',
  EXFUNC: 'EXTERNAL FUNCTION',
  'EXTERNAL FUNCTION': 'EXTERNAL FUNCTION',
  'CREATE MODEL': 'CREATE MODEL',
};
/** How the view names the role that a cluster uses where none is named. */
const DEFAULT_ROLE = 'default-aws-iam-role';

/** Use of IAM roles by COPY, UNLOAD and others: SVV_IAM_PRIVILEGES. */
export const assumeRolePermissions: PermissionFamily<'assume-role'> = {
  shownTo: 'grantee',
  inherits: true,
  async read({ sql, grantees, views }) {
    const { where, parameters } = granteeFilter(grantees);
    const rows = await sql.query(
      `SELECT * FROM ${views}.svv_iam_privileges WHERE ${where}`,
      parameters,
    );
    const permissions: PermissionOf<'assume-role'>[] = [];
    const problems = new Set<string>();
    for (const row of rows) {
      const type = text(row, 'command_type').toUpperCase();
      const command = COMMANDS[type];
      const arn = text(row, 'iam_arn');
      if (command === undefined) problems.add(`ASSUMEROLE for ${type} is not covered`);
      else {
        const name = arn === DEFAULT_ROLE ? 'default' : arn;
        permissions.push({ kind: 'assume-role', arn: name, command, grantable: false });
      }
    }
    return { permissions, problems: [...problems] };
  },
  grant: (permissions, { user }) => write(permissions, 'GRANT', `TO ${quoteIdentifier(user)}`),
  revoke: (revocations, { user }) =>
    write(
      revocations.map(({ permission }) => permission),
      'REVOKE',
      `FROM ${quoteIdentifier(user)}`,
    ),
};

function write(
  permissions: readonly PermissionOf<'assume-role'>[],
  verb: string,
  whom: string,
): string[] {
  return [...groupBy(permissions, ({ arn }) => arn)].map(([arn, some]) => {
    const commands = some.map(({ command }) => checked(command)).sort();
    const role = arn === 'default' ? 'default' : quoteLiteral(arn);
    return `${verb} ASSUMEROLE ON ${role} ${whom} FOR ${commands.join(', ')}`;
  });
}

/** Commands are keywords and cannot be quoted, so only known ones get into a statement. */
function checked(command: string): string {
  const keyword = COMMANDS[command];
  if (keyword !== undefined) return keyword;
  throw new DatabaseError({
    code: 'KEYTURN_DATABASE_STATEMENT_FAILED',
    message: `ASSUMEROLE for ${JSON.stringify(command)} is not one that keyturn can grant.`,
    remedy: 'Grant it by hand.',
  });
}
