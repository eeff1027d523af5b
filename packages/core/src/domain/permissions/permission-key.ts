import type { Permission, PermissionKind } from './permission.js';

type FieldOf<P> = Exclude<keyof P, 'kind' | 'grantable' | 'value'>;

/** What tells one permission of a kind from another; the compiler sees to it that none is forgotten. */
const IDENTITY: {
  readonly [Kind in PermissionKind]: Readonly<
    Record<FieldOf<Extract<Permission, { kind: Kind }>>, true>
  >;
} = {
  database: { database: true, privilege: true },
  schema: { schema: true, privilege: true },
  relation: { schema: true, relation: true, privilege: true },
  column: { schema: true, relation: true, column: true, privilege: true },
  routine: { schema: true, name: true, arguments: true, routine: true, privilege: true },
  language: { language: true, privilege: true },
  scoped: { container: true, name: true, objects: true, privilege: true },
  datashare: { datashare: true, privilege: true },
  model: { schema: true, model: true, privilege: true },
  'assume-role': { arn: true, command: true },
  'default-received': { owner: true, schema: true, objects: true, privilege: true },
  'default-given': {
    grantee: true,
    granteeType: true,
    schema: true,
    objects: true,
    privilege: true,
  },
  'row-policy': { policy: true, schema: true, relation: true },
  'masking-policy': {
    policy: true,
    schema: true,
    relation: true,
    outputColumns: true,
    inputColumns: true,
    priority: true,
  },
  flag: { flag: true },
  limit: { limit: true },
  setting: { setting: true },
  group: { group: true },
  role: { role: true },
};

const FIELDS = new Map(
  Object.entries(IDENTITY).map(([kind, fields]) => [kind, Object.keys(fields)]),
);
const OBJECT_FIELDS = new Map(
  [...FIELDS].map(([kind, fields]) => [kind, fields.filter((field) => field !== 'privilege')]),
);

/** Identifies a permission, whether grantable or not, and a limit or setting, whatever its value. */
export function permissionKey(permission: Permission): string {
  return keyOf(permission, FIELDS);
}

/** Identifies what a permission is about: the same for all privileges on one object. */
export function objectKey(permission: Permission): string {
  return keyOf(permission, OBJECT_FIELDS);
}

function keyOf(permission: Permission, fieldsOf: ReadonlyMap<string, readonly string[]>): string {
  const values = permission as unknown as Readonly<Record<string, string>>;
  const parts = [permission.kind as string];
  for (const field of fieldsOf.get(permission.kind) ?? []) parts.push(values[field] ?? '');
  return JSON.stringify(parts);
}

/** The key of the same permission on the whole table. */
export function tablePermissionOf({
  column: _,
  ...rest
}: Extract<Permission, { kind: 'column' }>): string {
  return permissionKey({ ...rest, kind: 'relation' });
}

/** Whether a permission is about a column of a table on which one of these keys is the same permission. */
export function columnUnder(permission: Permission, tables: ReadonlySet<string>): boolean {
  return permission.kind === 'column' && tables.has(tablePermissionOf(permission));
}
