import { quoteIdentifier } from '../quoting.js';
import type { SqlRow } from '../sql-session.js';
import type {
  GrantTarget,
  PermissionFamily,
  PermissionOf,
  ReadContext,
  Reading,
} from './permission-family.js';
import { privilegeStatements, type Phrase } from './privilege-statements.js';
import { RELATION_PRIVILEGES } from './relation-permissions.js';
import { isTrue, readPrivilege, text } from './rows.js';

type Kind = 'default-received' | 'default-given';
type Objects = PermissionOf<Kind>['objects'];

type GranteeType = PermissionOf<'default-given'>['granteeType'];

const GRANTEE_TYPES: readonly string[] = [
  'user',
  'group',
  'role',
  'public',
] satisfies GranteeType[];
const OBJECTS: Readonly<Record<string, Objects>> = {
  RELATION: 'TABLES',
  FUNCTION: 'FUNCTIONS',
  PROCEDURE: 'PROCEDURES',
};
const KNOWN = [...RELATION_PRIVILEGES.known, 'EXECUTE'];

/** Permissions on what others will make: SVV_DEFAULT_PRIVILEGES with the user as grantee. */
export const defaultsReceived: PermissionFamily<'default-received'> = {
  shownTo: 'grantee',
  inherits: false,
  read: (context) =>
    readDefaults<'default-received'>(
      context,
      "grantee_type = 'user' AND grantee_name = $1",
      (row) => ({ kind: 'default-received', owner: text(row, 'owner_name') }),
    ),
  grant: (permissions, target) =>
    write(
      'GRANT',
      permissions.map((permission) => received(permission, target, permission.grantable)),
    ),
  revoke: (revocations, target) =>
    write(
      'REVOKE',
      revocations.map(({ permission, optionOnly }) => received(permission, target, optionOnly)),
    ),
};

/** Permissions of others on what the user will make: the same view with the user as owner. */
export const defaultsGiven: PermissionFamily<'default-given'> = {
  shownTo: 'grantee',
  inherits: false,
  read: (context) =>
    readDefaults<'default-given'>(context, 'owner_name = $1', (row) => ({
      kind: 'default-given',
      grantee: text(row, 'grantee_name'),
      granteeType: row['grantee_type'] as GranteeType,
    })),
  grant: (permissions, target) =>
    write(
      'GRANT',
      permissions.map((permission) => given(permission, target, permission.grantable)),
    ),
  revoke: (revocations, target) =>
    write(
      'REVOKE',
      revocations.map(({ permission, optionOnly }) => given(permission, target, optionOnly)),
    ),
};

type Common = 'schema' | 'objects' | 'privilege' | 'grantable';

async function readDefaults<K extends Kind>(
  { sql, user, dialect, views }: ReadContext,
  where: string,
  particular: (row: SqlRow) => Omit<PermissionOf<K>, Common>,
): Promise<Reading<K>> {
  const rows = await sql.query(`SELECT * FROM ${views}.svv_default_privileges WHERE ${where}`, [
    user,
  ]);
  const permissions: PermissionOf<K>[] = [];
  const problems = new Set<string>();
  for (const row of rows) {
    const type = text(row, 'object_type').toUpperCase();
    const objects = OBJECTS[type];
    const found = readPrivilege(row, { ...RELATION_PRIVILEGES, known: KNOWN });
    // An owner's own permissions, and what PostgreSQL gives to everybody anyhow, are nobody's choice.
    const isOwners = row['grantee_type'] === 'user' && row['grantee_name'] === row['owner_name'];
    const isBuiltIn =
      dialect === 'postgres' && row['grantee_type'] === 'public' && objects === 'FUNCTIONS';
    if (isOwners || isBuiltIn || found === undefined) continue;
    if ('problem' in found) problems.add(found.problem);
    else if (objects === undefined) problems.add(`default privileges on ${type} are not covered`);
    else if (!isGranteeType(row['grantee_type'])) {
      problems.add(`default privileges of ${JSON.stringify(row['grantee_type'])} are not covered`);
    } else {
      const common: Pick<PermissionOf<Kind>, Common> = {
        schema: row['schema_name'] ?? '',
        objects,
        privilege: found.privilege,
        grantable: isTrue(row['admin_option']),
      };
      permissions.push({ ...particular(row), ...common } as PermissionOf<K>);
    }
  }
  return { permissions, problems: [...problems] };
}

function isGranteeType(type: string | null | undefined): type is GranteeType {
  return type !== null && type !== undefined && GRANTEE_TYPES.includes(type);
}

function received(
  permission: PermissionOf<'default-received'>,
  { user }: GrantTarget,
  option: boolean,
): Phrase {
  return phrase(permission, permission.owner, quoteIdentifier(user), option);
}

function given(
  permission: PermissionOf<'default-given'>,
  { user, dialect }: GrantTarget,
  option: boolean,
): Phrase {
  const name = quoteIdentifier(permission.grantee);
  const grantee = {
    user: name,
    group: `GROUP ${name}`,
    // PostgreSQL takes no keyword here, Redshift demands it.
    role: dialect === 'redshift' ? `ROLE ${name}` : name,
    public: 'PUBLIC',
  }[permission.granteeType];
  return phrase(permission, user, grantee, option);
}

function phrase(
  { schema, objects, privilege }: PermissionOf<Kind>,
  owner: string,
  grantee: string,
  option: boolean,
): Phrase {
  const where = schema === '' ? '' : `IN SCHEMA ${quoteIdentifier(schema)} `;
  const before = `ALTER DEFAULT PRIVILEGES FOR USER ${quoteIdentifier(owner)} ${where}`;
  return { before, privilege, on: `ON ${objects}`, grantee, option };
}

function write(verb: 'GRANT' | 'REVOKE', phrases: readonly Phrase[]): string[] {
  return privilegeStatements(phrases, { verb, known: KNOWN, objectsAtOnce: 1 });
}
