/**
 * One permission that was granted to a user explicitly: never one that comes through PUBLIC, a group or a role.
 * `grantable` is the grant option (for a role: the admin option). Flags, limits and settings belong to the user
 * alone, but a user without them is not the same user, so they are compared like permissions.
 */
export type Permission =
  | Grant<'database', 'database'>
  | Grant<'schema', 'schema'>
  | Grant<'relation', 'schema' | 'relation'>
  | (Held<'column', 'schema' | 'relation' | 'column' | 'privilege'> & Plain)
  /** `arguments` as the server lists the types, such as `integer, character varying`. */
  | (Grant<'routine', 'schema' | 'name' | 'arguments'> & {
      readonly routine: 'FUNCTION' | 'PROCEDURE';
    })
  | Grant<'language', 'language'>
  /** Holds for all objects of a kind, future ones included: `FOR objects IN container name`. */
  | (Grant<'scoped', 'name'> & {
      readonly container: 'SCHEMA' | 'DATABASE';
      readonly objects: 'TABLES' | 'FUNCTIONS' | 'SCHEMAS';
    })
  | Grant<'datashare', 'datashare'>
  | Grant<'model', 'schema' | 'model'>
  /** `arn` is `default` for the cluster's default role. */
  | (Held<'assume-role', 'arn' | 'command'> & Plain)
  /** What the user gets on objects that `owner` will make. An empty `schema` means every schema. */
  | (Grant<'default-received', 'owner' | 'schema'> & { readonly objects: DefaultObjects })
  /** What others get on objects that the user will make. */
  | (Grant<'default-given', 'grantee' | 'schema'> & {
      readonly granteeType: 'user' | 'group' | 'role' | 'public';
      readonly objects: DefaultObjects;
    })
  | (Held<'row-policy', 'policy' | 'schema' | 'relation'> & Plain)
  /** Columns as lists in JSON; `priority` in digits. */
  | (Held<
      'masking-policy',
      'policy' | 'schema' | 'relation' | 'outputColumns' | 'inputColumns' | 'priority'
    > &
      Plain)
  | ({ readonly kind: 'flag'; readonly flag: 'CREATEDB' | 'SYSLOG ACCESS UNRESTRICTED' } & Plain)
  /** Not listed where it is the default: see {@link LIMIT_DEFAULTS}. */
  | ({
      readonly kind: 'limit';
      readonly limit: keyof typeof LIMIT_DEFAULTS;
      readonly value: string;
    } & Plain)
  | (Held<'setting', 'setting' | 'value'> & Plain)
  | (Held<'group', 'group'> & Plain)
  | (Held<'role', 'role'> & { readonly grantable: boolean });

type Held<Kind extends string, Names extends string> = { readonly kind: Kind } & {
  readonly [Name in Names]: string;
};
type Grant<Kind extends string, Names extends string> = Held<Kind, Names | 'privilege'> & {
  readonly grantable: boolean;
};
interface Plain {
  readonly grantable: false;
}
type DefaultObjects = 'TABLES' | 'FUNCTIONS' | 'PROCEDURES';

/** What users have unless somebody said otherwise: a number, seconds, an ISO time in UTC. */
export const LIMIT_DEFAULTS = {
  connections: 'UNLIMITED',
  'session-timeout': '0',
  'valid-until': 'infinity',
} as const;

/** The kinds of permission keyturn knows how to read and give. */
export type PermissionKind = Permission['kind'];

/** Whether permissions of a kind hold in one database alone, or wherever the user signs in. */
export const PERMISSION_SCOPE: Readonly<Record<PermissionKind, 'cluster' | 'database'>> = {
  group: 'cluster',
  role: 'cluster',
  flag: 'cluster',
  limit: 'cluster',
  setting: 'cluster',
  database: 'cluster',
  datashare: 'cluster',
  'assume-role': 'cluster',
  schema: 'database',
  relation: 'database',
  column: 'database',
  routine: 'database',
  language: 'database',
  scoped: 'database',
  model: 'database',
  'default-received': 'database',
  'default-given': 'database',
  'row-policy': 'database',
  'masking-policy': 'database',
};

/** All that was found of one user's permissions in one session. */
export interface PermissionSnapshot {
  readonly permissions: readonly Permission[];
  /** Kinds that could not be read, with the reason. A kind listed here is unknown, never empty. */
  readonly notChecked: readonly { readonly kind: PermissionKind; readonly reason: string }[];
  /** What belongs to the user in this database: its permissions there are an owner's, which nobody can be granted. */
  readonly owned: readonly OwnedObject[];
  /** Whether the session that read this was a superuser's, who is shown everything. */
  readonly bySuperuser: boolean;
}

/** Something that belongs to a user. */
export interface OwnedObject {
  readonly type: 'database' | 'schema' | 'relation' | 'routine';
  /** The schema; for databases and schemas their own name. */
  readonly container: string;
  readonly name: string;
}

/** A permission to take away, or only its grant option. */
export interface Revocation {
  /** As the user has it. */
  readonly permission: Permission;
  readonly optionOnly: boolean;
  /** Of a limit or a setting: what it has to be instead. Without it, its default. */
  readonly instead?: Permission;
}
