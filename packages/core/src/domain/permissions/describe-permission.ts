import type { OwnedObject, Permission, Revocation } from './permission.js';

/**
 * Permissions as a person reads them, such as `INSERT, SELECT on shop.orders`. Privileges on the same thing share a
 * text; otherwise the order is kept.
 */
export function describePermissions(permissions: readonly Permission[]): readonly string[] {
  return grouped(permissions.map((permission) => partsOf(permission)));
}

/** The same of what goes beyond or is to be taken away. */
export function describeRevocations(revocations: readonly Revocation[]): readonly string[] {
  return grouped(
    revocations.map(({ permission, optionOnly, instead }): Parts => {
      const parts = partsOf(permission);
      if (instead?.kind === 'limit') {
        return { ...parts, privilege: `more than ${partsOf(instead).privilege}` };
      }
      if (instead?.kind === 'setting') {
        return { ...parts, privilege: `${parts.privilege} instead of ${visible(instead.value)}` };
      }
      if (!optionOnly) return parts;
      const option = permission.kind === 'role' ? 'admin option' : 'grant option';
      return { ...parts, suffix: `, the ${option} only` };
    }),
  );
}

/** What belongs to a user, such as `relation shop.orders`. */
export function describeOwned({ type, container, name }: OwnedObject): string {
  return container === name ? `${type} ${describeName(name)}` : `${type} ${path(container, name)}`;
}

/** `privilege` on `place`; without a place the privilege stands for itself. */
interface Parts {
  readonly privilege: string;
  readonly place: string;
  readonly suffix: string;
}

function grouped(all: readonly Parts[]): readonly string[] {
  const privileges = new Map<string, string[]>();
  for (const { privilege, place, suffix } of all) {
    const rest = place === '' ? `${privilege}${suffix}` : ` ${place}${suffix}`;
    const group = privileges.get(rest) ?? [];
    privileges.set(rest, place === '' ? group : [...group, privilege]);
  }
  return [...privileges].map(([rest, group]) => group.join(', ') + rest);
}

function partsOf(permission: Permission): Parts {
  const suffix = !permission.grantable
    ? ''
    : permission.kind === 'role'
      ? ' with admin option'
      : ' with grant option';
  const alone = (privilege: string): Parts => ({ privilege, place: '', suffix });
  const on = (privilege: string, place: string): Parts => ({ privilege, place, suffix });
  switch (permission.kind) {
    case 'database':
      return on(permission.privilege, `on database ${describeName(permission.database)}`);
    case 'schema':
      return on(permission.privilege, `on schema ${describeName(permission.schema)}`);
    case 'relation':
      return on(permission.privilege, `on ${path(permission.schema, permission.relation)}`);
    case 'column': {
      const { schema, relation, column, privilege } = permission;
      return on(privilege, `on column ${path(schema, relation, column)}`);
    }
    case 'routine': {
      const { routine, schema, name, arguments: types, privilege } = permission;
      return on(privilege, `on ${routine.toLowerCase()} ${path(schema, name)}(${visible(types)})`);
    }
    case 'language':
      return on(permission.privilege, `on language ${describeName(permission.language)}`);
    case 'scoped': {
      const { privilege, objects, container, name } = permission;
      return on(
        privilege,
        `for all ${objects} in ${container.toLowerCase()} ${describeName(name)}`,
      );
    }
    case 'datashare':
      return on(permission.privilege, `on datashare ${describeName(permission.datashare)}`);
    case 'model':
      return on(permission.privilege, `on model ${path(permission.schema, permission.model)}`);
    case 'assume-role':
      return on('ASSUMEROLE', `on ${visible(permission.arn)} for ${visible(permission.command)}`);
    case 'default-received': {
      const { privilege, objects, owner, schema } = permission;
      return on(privilege, `on future ${objects} of ${describeName(owner)}${within(schema)}`);
    }
    case 'default-given': {
      const { privilege, objects, granteeType, grantee, schema } = permission;
      const to = granteeType === 'public' ? 'PUBLIC' : `${granteeType} ${describeName(grantee)}`;
      return on(`gives ${privilege}`, `on its future ${objects}${within(schema)} to ${to}`);
    }
    case 'row-policy': {
      const { policy, schema, relation } = permission;
      return alone(`row-level security ${describeName(policy)} on ${path(schema, relation)}`);
    }
    case 'masking-policy': {
      const { policy, schema, relation, outputColumns } = permission;
      const table = path(schema, relation);
      return alone(`masking ${describeName(policy)} on ${table} ${visible(outputColumns)}`);
    }
    case 'flag':
      return alone(permission.flag);
    case 'limit':
      return alone(`${LIMITS[permission.limit]} ${visible(permission.value)}`);
    case 'setting':
      return alone(`setting ${describeName(permission.setting)} = ${visible(permission.value)}`);
    case 'group':
      return alone(`member of group ${describeName(permission.group)}`);
    case 'role':
      return alone(`member of role ${describeName(permission.role)}`);
  }
}

const LIMITS = {
  connections: 'connection limit',
  'session-timeout': 'session timeout',
  'valid-until': 'valid until',
} as const;

function within(schema: string): string {
  return schema === '' ? '' : ` in schema ${describeName(schema)}`;
}

function path(...names: readonly string[]): string {
  return names.map(describeName).join('.');
}

/** A name in double quotes, unless it is a plain one. What a terminal would act on becomes a code point. */
export function describeName(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${visible(name).replaceAll('"', '""')}"`;
}

/** What a terminal would act on, or not show at all, becomes its code point: names are anybody's choice. */
function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  );
}
