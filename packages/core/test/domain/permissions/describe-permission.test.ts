import { describeOwned, describePermissions, describeRevocations } from '../../../src/index.js';
import type { Permission } from '../../../src/index.js';

const table = { kind: 'relation', schema: 'shop', relation: 'orders', grantable: false } as const;
const plain = { grantable: false } as const;

const SENTENCES: readonly (readonly [Permission, string])[] = [
  [{ kind: 'database', database: 'dev', privilege: 'TEMP', ...plain }, 'TEMP on database dev'],
  [{ kind: 'schema', schema: 'shop', privilege: 'USAGE', ...plain }, 'USAGE on schema shop'],
  [{ ...table, privilege: 'SELECT', grantable: true }, 'SELECT on shop.orders with grant option'],
  [
    { ...table, kind: 'column', column: 'price', privilege: 'UPDATE' },
    'UPDATE on column shop.orders.price',
  ],
  [
    {
      kind: 'routine',
      routine: 'FUNCTION',
      schema: 'shop',
      name: 'f',
      arguments: 'integer, text',
      privilege: 'EXECUTE',
      ...plain,
    },
    'EXECUTE on function shop.f(integer, text)',
  ],
  [{ kind: 'language', language: 'sql', privilege: 'USAGE', ...plain }, 'USAGE on language sql'],
  [
    {
      kind: 'scoped',
      name: 'shop',
      container: 'SCHEMA',
      objects: 'TABLES',
      privilege: 'SELECT',
      ...plain,
    },
    'SELECT for all TABLES in schema shop',
  ],
  [
    { kind: 'datashare', datashare: 'sales', privilege: 'SHARE', ...plain },
    'SHARE on datashare sales',
  ],
  [
    { kind: 'model', schema: 'shop', model: 'churn', privilege: 'EXECUTE', ...plain },
    'EXECUTE on model shop.churn',
  ],
  [
    { kind: 'assume-role', arn: 'arn:aws:iam::1:role/load', command: 'COPY', ...plain },
    'ASSUMEROLE on arn:aws:iam::1:role/load for COPY',
  ],
  [
    {
      kind: 'default-received',
      owner: 'etl',
      schema: '',
      objects: 'TABLES',
      privilege: 'SELECT',
      ...plain,
    },
    'SELECT on future TABLES of etl',
  ],
  [
    {
      kind: 'default-given',
      grantee: '',
      granteeType: 'public',
      schema: 'shop',
      objects: 'FUNCTIONS',
      privilege: 'EXECUTE',
      ...plain,
    },
    'gives EXECUTE on its future FUNCTIONS in schema shop to PUBLIC',
  ],
  [
    { kind: 'row-policy', policy: 'own', schema: 'shop', relation: 'orders', ...plain },
    'row-level security own on shop.orders',
  ],
  [
    {
      kind: 'masking-policy',
      policy: 'card',
      schema: 'shop',
      relation: 'orders',
      outputColumns: '["card"]',
      inputColumns: '["card"]',
      priority: '10',
      ...plain,
    },
    'masking card on shop.orders ["card"]',
  ],
  [{ kind: 'flag', flag: 'CREATEDB', ...plain }, 'CREATEDB'],
  [{ kind: 'limit', limit: 'connections', value: '5', ...plain }, 'connection limit 5'],
  [
    { kind: 'setting', setting: 'search_path', value: 'shop, public', ...plain },
    'setting search_path = shop, public',
  ],
  [{ kind: 'group', group: 'readers', ...plain }, 'member of group readers'],
  [{ kind: 'role', role: 'r', grantable: true }, 'member of role r with admin option'],
];

describe('a permission as a person reads it', () => {
  it.each(SENTENCES)('%j', (permission, sentence) => {
    expect(describePermissions([permission])).toEqual([sentence]);
  });

  it('shares a line with other privileges on the same thing, but never with a grant option', () => {
    const allowed = ['INSERT', 'SELECT'].map((privilege): Permission => ({ ...table, privilege }));
    const deletes: Permission = { ...table, privilege: 'DELETE', grantable: true };
    expect(describePermissions([...allowed, deletes, ...allowed.map(elsewhere)])).toEqual([
      'INSERT, SELECT on shop.orders',
      'DELETE on shop.orders with grant option',
      'INSERT, SELECT on shop.other',
    ]);
  });

  it.each([
    ['Two Words', '"Two Words"'],
    ['say "hi"', '"say ""hi"""'],
    ['red\u001b[31m', '"red\\u{1b}[31m"'],
    ['line\nbreak', '"line\\u{a}break"'],
    ['\u202egnp', '"\\u{202e}gnp"'],
  ])('never lets a terminal act on the name %j', (schema, shown) => {
    const right: Permission = { kind: 'schema', schema, privilege: 'USAGE', grantable: false };
    expect(describePermissions([right])).toEqual([`USAGE on schema ${shown}`]);
  });
});

describe('what goes beyond', () => {
  it('says where only the grant option does, and what a limit should be', () => {
    const limit: Permission = { kind: 'limit', limit: 'connections', value: '5', grantable: false };
    const role: Permission = { kind: 'role', role: 'r', grantable: false };
    const path = (value: string): Permission => ({
      kind: 'setting',
      setting: 'search_path',
      value,
      grantable: false,
    });
    const select: Permission = { ...table, privilege: 'SELECT' };
    expect(
      describeRevocations([
        { permission: select, optionOnly: true },
        { permission: role, optionOnly: true },
        { permission: { ...limit, value: '9' }, optionOnly: false, instead: limit },
        { permission: limit, optionOnly: false },
        { permission: path('a'), optionOnly: false, instead: path('b') },
        { permission: { ...table, privilege: 'DELETE' }, optionOnly: false },
      ]),
    ).toEqual([
      'SELECT on shop.orders, the grant option only',
      'member of role r, the admin option only',
      'more than connection limit 5',
      'connection limit 5',
      'setting search_path = a instead of b',
      'DELETE on shop.orders',
    ]);
  });
});

describe('what belongs to a user', () => {
  it('is named once where it is its own container', () => {
    const named = [
      { type: 'schema', container: 'shop', name: 'shop' },
      { type: 'relation', container: 'shop', name: 'Orders' },
    ] as const;
    expect(named.map(describeOwned)).toEqual(['schema shop', 'relation shop."Orders"']);
  });
});

function elsewhere(right: Permission): Permission {
  return { ...right, relation: 'other' } as Permission;
}
