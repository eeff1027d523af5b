import { objectKey, permissionKey } from '../../../src/domain/permissions/permission-key.js';
import type { Permission } from '../../../src/domain/permissions/permission.js';

const plain = { grantable: false } as const;
const privilege = 'p';
/** One of every kind; the compiler sees to it that none is missing. */
const EVERY: { readonly [Kind in Permission['kind']]: Extract<Permission, { kind: Kind }> } = {
  database: { kind: 'database', database: 'a', privilege, ...plain },
  schema: { kind: 'schema', schema: 'a', privilege, ...plain },
  relation: { kind: 'relation', schema: 'a', relation: 'b', privilege, ...plain },
  column: { kind: 'column', schema: 'a', relation: 'b', column: 'c', privilege, ...plain },
  routine: {
    ...{ kind: 'routine', routine: 'FUNCTION', schema: 'a', name: 'b', arguments: 'c' },
    ...{ privilege, ...plain },
  },
  language: { kind: 'language', language: 'a', privilege, ...plain },
  scoped: {
    ...{ kind: 'scoped', container: 'SCHEMA', name: 'a', objects: 'TABLES' },
    ...{ privilege, ...plain },
  },
  datashare: { kind: 'datashare', datashare: 'a', privilege, ...plain },
  model: { kind: 'model', schema: 'a', model: 'b', privilege, ...plain },
  'assume-role': { kind: 'assume-role', arn: 'a', command: 'b', ...plain },
  'default-received': {
    ...{ kind: 'default-received', owner: 'a', schema: 'b', objects: 'TABLES' },
    ...{ privilege, ...plain },
  },
  'default-given': {
    ...{ kind: 'default-given', grantee: 'a', granteeType: 'user', schema: 'b' },
    ...{ objects: 'TABLES', privilege, ...plain },
  },
  'row-policy': { kind: 'row-policy', policy: 'a', schema: 'b', relation: 'c', ...plain },
  'masking-policy': {
    ...{ kind: 'masking-policy', policy: 'a', schema: 'b', relation: 'c' },
    ...{ outputColumns: '["d"]', inputColumns: '[]', priority: '1', ...plain },
  },
  flag: { kind: 'flag', flag: 'CREATEDB', ...plain },
  limit: { kind: 'limit', limit: 'connections', value: '1', ...plain },
  setting: { kind: 'setting', setting: 'a', value: 'b', ...plain },
  group: { kind: 'group', group: 'a', ...plain },
  role: { kind: 'role', role: 'a', ...plain },
};
const NOT_IDENTITY = ['kind', 'grantable', 'value'];

describe.each(Object.values(EVERY))('a permission of the kind $kind', (permission) => {
  const fields = Object.keys(permission).filter((field) => !NOT_IDENTITY.includes(field));

  it.each(fields)('is another one with another %s', (field) => {
    const other = { ...permission, [field]: 'other' };
    expect(permissionKey(other)).not.toBe(permissionKey(permission));
    expect(objectKey(other) === objectKey(permission)).toBe(field === 'privilege');
  });

  it('is the same with the grant option, with another value and with its fields in another order', () => {
    const entries = Object.entries({ ...permission, grantable: true, value: 'other' }).reverse();
    expect(permissionKey(Object.fromEntries(entries) as unknown as Permission)).toBe(
      permissionKey(permission),
    );
  });
});
