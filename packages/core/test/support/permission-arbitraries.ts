import fc from 'fast-check';
import type { Permission, PermissionKind } from '../../src/index.js';

const name = fc.constantFrom('a', 'b', '"');
const user = fc.constantFrom('sheep', 'sheep_clone', 'zoo');
const privilege = fc.constantFrom('SELECT', 'USAGE');
const grantable = fc.boolean();
const objects = fc.constantFrom('TABLES' as const, 'FUNCTIONS' as const, 'PROCEDURES' as const);
const never = { grantable: fc.constant(false as const) };

type Of<Kind extends PermissionKind> = Extract<Permission, { kind: Kind }>;

/** One arbitrary for each kind there is; the compiler sees to it that none is forgotten. */
const ARBITRARIES: { readonly [Kind in PermissionKind]: fc.Arbitrary<Omit<Of<Kind>, 'kind'>> } = {
  database: fc.record({ database: name, privilege, grantable }),
  schema: fc.record({ schema: name, privilege, grantable }),
  relation: fc.record({ schema: name, relation: name, privilege, grantable }),
  column: fc.record({ schema: name, relation: name, column: name, privilege, ...never }),
  routine: fc.record({
    routine: fc.constantFrom('FUNCTION' as const, 'PROCEDURE' as const),
    ...{ schema: name, name, arguments: fc.constantFrom('', 'integer'), privilege, grantable },
  }),
  language: fc.record({ language: name, privilege, grantable }),
  scoped: fc.record({
    container: fc.constantFrom('SCHEMA' as const, 'DATABASE' as const),
    objects: fc.constantFrom('TABLES' as const, 'FUNCTIONS' as const, 'SCHEMAS' as const),
    ...{ name, privilege, grantable },
  }),
  datashare: fc.record({ datashare: name, privilege, grantable }),
  model: fc.record({ schema: name, model: name, privilege, grantable }),
  'assume-role': fc.record({ arn: name, command: fc.constantFrom('COPY', 'ALL'), ...never }),
  'default-received': fc.record({ owner: user, schema: name, objects, privilege, grantable }),
  'default-given': fc.record({
    granteeType: fc.constantFrom('user' as const, 'group' as const, 'public' as const),
    ...{ grantee: user, schema: name, objects, privilege, grantable },
  }),
  'row-policy': fc.record({ policy: name, schema: name, relation: name, ...never }),
  'masking-policy': fc.record({
    ...{ policy: name, schema: name, relation: name, ...never },
    outputColumns: fc.constant('["c"]'),
    inputColumns: fc.constant('[]'),
    priority: fc.constantFrom('1', '2'),
  }),
  flag: fc.record({
    flag: fc.constantFrom('CREATEDB' as const, 'SYSLOG ACCESS UNRESTRICTED' as const),
    ...never,
  }),
  limit: fc.oneof(
    fc.record({
      limit: fc.constantFrom('connections' as const, 'session-timeout' as const),
      value: fc.constantFrom('60', '90'),
      ...never,
    }),
    fc.record({
      limit: fc.constant('valid-until' as const),
      // Later than any clock of a test, or nobody could sign in.
      value: fc.constantFrom('2036-01-01T00:00:00.000Z', '2037-01-01T00:00:00.000Z'),
      ...never,
    }),
  ),
  setting: fc.record({ setting: name, value: name, ...never }),
  group: fc.record({ group: name, ...never }),
  role: fc.record({ role: name, grantable }),
};

/** Every kind of permission there is. */
export const KINDS = Object.keys(ARBITRARIES) as readonly PermissionKind[];

/** A permission of one kind. */
export const ofKind = (kind: PermissionKind): fc.Arbitrary<Permission> =>
  (ARBITRARIES[kind] as fc.Arbitrary<object>).map((rest) => ({ kind, ...rest }) as Permission);

/** A permission of any kind. */
export const permission: fc.Arbitrary<Permission> = fc.oneof(...KINDS.map(ofKind));

/** What only privileges of PUBLIC, groups and roles can be. */
export const inheritable: fc.Arbitrary<Permission> = permission.filter(
  ({ kind }) => kind === 'schema' || kind === 'relation' || kind === 'routine',
);

/** The same permission with another grant option, or the same limit or setting with another value. */
export function varied(of: Permission): Permission {
  if (of.kind === 'setting') return { ...of, value: of.value === 'a' ? 'b' : 'a' };
  if (of.kind === 'limit') {
    const isDate = of.limit === 'valid-until';
    const other = isDate ? '2038-01-01T00:00:00.000Z' : of.value === '60' ? '90' : '60';
    return { ...of, value: other };
  }
  const plain: readonly PermissionKind[] = [
    ...(['column', 'assume-role', 'row-policy', 'masking-policy', 'flag', 'group'] as const),
  ];
  if (plain.includes(of.kind)) return of;
  return Object.assign({}, of, { grantable: !of.grantable });
}
