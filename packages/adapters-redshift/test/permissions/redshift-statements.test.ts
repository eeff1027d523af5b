import type { Permission } from '@keyturn/core';
import { buildGrants, buildRevokes } from '../../src/permissions/build-changes.js';
import { parseTextArray, splitNameList } from '../../src/permissions/text-array.js';

const target = { user: 'sheep_clone', dialect: 'redshift' } as const;
const plain = { grantable: false } as const;
const place = { schema: 'shop', relation: 'orders' };

/** A permission, the statement that gives it and the one that takes it away. */
const GOLDEN: readonly (readonly [Permission, string, string])[] = [
  [
    {
      kind: 'scoped',
      container: 'SCHEMA',
      name: 'shop',
      objects: 'TABLES',
      privilege: 'SELECT',
      grantable: true,
    },
    'GRANT SELECT FOR TABLES IN SCHEMA "shop" TO "sheep_clone" WITH GRANT OPTION',
    'REVOKE SELECT FOR TABLES IN SCHEMA "shop" FROM "sheep_clone"',
  ],
  [
    {
      kind: 'scoped',
      container: 'DATABASE',
      name: 'dev',
      objects: 'SCHEMAS',
      privilege: 'USAGE',
      ...plain,
    },
    'GRANT USAGE FOR SCHEMAS IN DATABASE "dev" TO "sheep_clone"',
    'REVOKE USAGE FOR SCHEMAS IN DATABASE "dev" FROM "sheep_clone"',
  ],
  [
    { kind: 'datashare', datashare: 'sales', privilege: 'SHARE', ...plain },
    'GRANT SHARE ON DATASHARE "sales" TO "sheep_clone"',
    'REVOKE SHARE ON DATASHARE "sales" FROM "sheep_clone"',
  ],
  [
    { kind: 'model', schema: 'shop', model: 'churn', privilege: 'EXECUTE', ...plain },
    'GRANT EXECUTE ON MODEL "shop"."churn" TO "sheep_clone"',
    'REVOKE EXECUTE ON MODEL "shop"."churn" FROM "sheep_clone"',
  ],
  [
    { kind: 'assume-role', arn: 'arn:aws:iam::123456789012:role/copy', command: 'COPY', ...plain },
    `GRANT ASSUMEROLE ON 'arn:aws:iam::123456789012:role/copy' TO "sheep_clone" FOR COPY`,
    `REVOKE ASSUMEROLE ON 'arn:aws:iam::123456789012:role/copy' FROM "sheep_clone" FOR COPY`,
  ],
  [
    { kind: 'assume-role', arn: 'default', command: 'EXTERNAL FUNCTION', ...plain },
    'GRANT ASSUMEROLE ON default TO "sheep_clone" FOR EXTERNAL FUNCTION',
    'REVOKE ASSUMEROLE ON default FROM "sheep_clone" FOR EXTERNAL FUNCTION',
  ],
  [
    {
      kind: 'assume-role',
      arn: 'arn:aws:iam::1:role/a,arn:aws:iam::1:role/b',
      command: 'CREATE MODEL',
      ...plain,
    },
    `GRANT ASSUMEROLE ON 'arn:aws:iam::1:role/a,arn:aws:iam::1:role/b' TO "sheep_clone" FOR CREATE MODEL`,
    `REVOKE ASSUMEROLE ON 'arn:aws:iam::1:role/a,arn:aws:iam::1:role/b' FROM "sheep_clone" FOR CREATE MODEL`,
  ],
  [
    { kind: 'column', ...place, column: 'id', privilege: 'UPDATE', ...plain },
    'GRANT UPDATE ("id") ON TABLE "shop"."orders" TO "sheep_clone"',
    'REVOKE UPDATE ("id") ON TABLE "shop"."orders" FROM "sheep_clone"',
  ],
  [
    {
      kind: 'routine',
      routine: 'PROCEDURE',
      schema: 'shop',
      name: 'close',
      arguments: 'integer, character varying(256)',
      privilege: 'EXECUTE',
      ...plain,
    },
    'GRANT EXECUTE ON PROCEDURE "shop"."close"(integer, character varying(256)) TO "sheep_clone"',
    'REVOKE EXECUTE ON PROCEDURE "shop"."close"(integer, character varying(256)) FROM "sheep_clone"',
  ],
  [
    { kind: 'role', role: 'keeper', grantable: true },
    'GRANT ROLE "keeper" TO "sheep_clone" WITH ADMIN OPTION',
    'REVOKE ROLE "keeper" FROM "sheep_clone"',
  ],
  [
    { kind: 'row-policy', policy: 'own_rows', ...place, ...plain },
    'ATTACH RLS POLICY "own_rows" ON "shop"."orders" TO "sheep_clone"',
    'DETACH RLS POLICY "own_rows" ON "shop"."orders" FROM "sheep_clone"',
  ],
  [
    {
      kind: 'masking-policy',
      policy: 'card',
      ...place,
      outputColumns: '["a","b"]',
      inputColumns: '["c"]',
      priority: '10',
      ...plain,
    },
    'ATTACH MASKING POLICY "card" ON "shop"."orders" ("a", "b") USING ("c") TO "sheep_clone" PRIORITY 10',
    'DETACH MASKING POLICY "card" ON "shop"."orders" ("a", "b") FROM "sheep_clone"',
  ],
  [
    { kind: 'flag', flag: 'SYSLOG ACCESS UNRESTRICTED', ...plain },
    'ALTER USER "sheep_clone" SYSLOG ACCESS UNRESTRICTED',
    'ALTER USER "sheep_clone" SYSLOG ACCESS RESTRICTED',
  ],
  [
    {
      kind: 'default-given',
      grantee: 'reader',
      granteeType: 'role',
      schema: 'shop',
      objects: 'PROCEDURES',
      privilege: 'EXECUTE',
      ...plain,
    },
    'ALTER DEFAULT PRIVILEGES FOR USER "sheep_clone" IN SCHEMA "shop" GRANT EXECUTE ON PROCEDURES TO ROLE "reader"',
    'ALTER DEFAULT PRIVILEGES FOR USER "sheep_clone" IN SCHEMA "shop" REVOKE EXECUTE ON PROCEDURES FROM ROLE "reader"',
  ],
];

it.each(GOLDEN)('%j is given and taken away on Redshift like this', (permission, give, take) => {
  expect(buildGrants([permission], target)).toEqual([give]);
  expect(buildRevokes([{ permission, optionOnly: false }], target)).toEqual([take]);
});

it('limits and their defaults read like this', () => {
  const limit = (name: 'connections' | 'session-timeout' | 'valid-until', value: string) =>
    buildGrants([{ kind: 'limit', limit: name, value, grantable: false }], target);

  expect(limit('connections', '7')).toEqual(['ALTER USER "sheep_clone" CONNECTION LIMIT 7']);
  expect(limit('connections', 'UNLIMITED')).toEqual([
    'ALTER USER "sheep_clone" CONNECTION LIMIT UNLIMITED',
  ]);
  expect(limit('session-timeout', '60')).toEqual(['ALTER USER "sheep_clone" SESSION TIMEOUT 60']);
  expect(limit('session-timeout', '0')).toEqual(['ALTER USER "sheep_clone" RESET SESSION TIMEOUT']);
  expect(limit('valid-until', '2042-07-01T12:00:00.000Z')).toEqual([
    `ALTER USER "sheep_clone" VALID UNTIL '2042-07-01 12:00:00+00'`,
  ]);
});

it('a search path is written as a list', () => {
  const setting: Permission = {
    kind: 'setting',
    setting: 'search_path',
    value: '"$user", public, "a,""b"',
    grantable: false,
  };

  expect(buildGrants([setting], target)).toEqual([
    `ALTER USER "sheep_clone" SET search_path TO '$user', 'public', 'a,"b'`,
  ]);
  expect(buildRevokes([{ permission: setting, optionOnly: false }], target)).toEqual([
    'ALTER USER "sheep_clone" RESET search_path',
  ]);
});

it('databases, shares and scopes are each written alone, since Redshift refuses some side by side', () => {
  const on = (name: string): Permission[] => [
    { kind: 'database', database: name, privilege: 'USAGE', ...plain },
    { kind: 'datashare', datashare: name, privilege: 'SHARE', ...plain },
    {
      ...{ kind: 'scoped', container: 'SCHEMA', name, objects: 'TABLES' },
      ...{ privilege: 'SELECT', grantable: false },
    },
  ];

  expect(buildGrants([...on('a'), ...on('b')], target)).toEqual([
    'GRANT USAGE ON DATABASE "a" TO "sheep_clone"',
    'GRANT USAGE ON DATABASE "b" TO "sheep_clone"',
    'GRANT SELECT FOR TABLES IN SCHEMA "a" TO "sheep_clone"',
    'GRANT SELECT FOR TABLES IN SCHEMA "b" TO "sheep_clone"',
    'GRANT SHARE ON DATASHARE "a" TO "sheep_clone"',
    'GRANT SHARE ON DATASHARE "b" TO "sheep_clone"',
  ]);
});

it('default permissions come after CREATE in their schema, which they take for granted, and go before it', () => {
  const permissions: Permission[] = [
    {
      kind: 'default-given',
      grantee: 'dogs',
      granteeType: 'group',
      schema: 'shop',
      objects: 'TABLES',
      privilege: 'SELECT',
      grantable: true,
    },
    { kind: 'schema', schema: 'shop', privilege: 'CREATE', ...plain },
  ];
  const give =
    'ALTER DEFAULT PRIVILEGES FOR USER "sheep_clone" IN SCHEMA "shop" GRANT SELECT ON TABLES TO GROUP "dogs" WITH GRANT OPTION';
  const take = [
    'ALTER DEFAULT PRIVILEGES FOR USER "sheep_clone" IN SCHEMA "shop" REVOKE SELECT ON TABLES FROM GROUP "dogs"',
    'REVOKE CREATE ON SCHEMA "shop" FROM "sheep_clone"',
  ];

  expect(buildGrants(permissions, target)).toEqual([
    'GRANT CREATE ON SCHEMA "shop" TO "sheep_clone"',
    give,
  ]);
  const revocations = permissions.map((permission) => ({ permission, optionOnly: false }));
  expect(buildRevokes(revocations, target)).toEqual(take);
});

it('only the grant option is revoked where the permission stays', () => {
  const permission: Permission = {
    kind: 'relation',
    ...place,
    privilege: 'SELECT',
    grantable: true,
  };

  expect(buildRevokes([{ permission, optionOnly: true }], target)).toEqual([
    'REVOKE GRANT OPTION FOR SELECT ON TABLE "shop"."orders" FROM "sheep_clone"',
  ]);
});

it.each([
  [
    'a command',
    {
      kind: 'routine',
      routine: 'FUNCTION',
      schema: 's',
      name: 'f',
      arguments: 'int); DROP USER x; --',
      privilege: 'EXECUTE',
      grantable: false,
    },
  ],
  [
    'a quote',
    {
      kind: 'routine',
      routine: 'FUNCTION',
      schema: 's',
      name: 'f',
      arguments: `'`,
      privilege: 'EXECUTE',
      grantable: false,
    },
  ],
  [
    'a backslash in the name of a type',
    {
      kind: 'routine',
      routine: 'FUNCTION',
      schema: 's',
      name: 'f',
      arguments: '"a\\\\"',
      privilege: 'EXECUTE',
      grantable: false,
    },
  ],
  [
    // Were these tried in every way they can be divided, nobody would see the end of it.
    'a long list of types',
    {
      kind: 'routine',
      routine: 'FUNCTION',
      schema: 's',
      name: 'f',
      arguments: `${'a'.repeat(200)}${'"a"'.repeat(200)}'`,
      privilege: 'EXECUTE',
      grantable: false,
    },
  ],
  [
    'a command for a role',
    { kind: 'assume-role', arn: 'default', command: 'EVERYTHING', grantable: false },
  ],
  ['a setting', { kind: 'setting', setting: 'a TO b; --', value: '', grantable: false }],
  [
    'a priority',
    {
      kind: 'masking-policy',
      policy: 'p',
      ...place,
      outputColumns: '[]',
      inputColumns: '[]',
      priority: '1; --',
      grantable: false,
    },
  ],
] as const)('%s smuggled in gets into no statement', (_, permission) => {
  expect(() => buildGrants([permission], target)).toThrow(
    /KEYTURN|not put|cannot be read|can grant/,
  );
});

it('arrays and lists of names are read as the server writes them', () => {
  expect(parseTextArray('{}')).toEqual([]);
  expect(parseTextArray(String.raw`{a=1,"b=\"x\", \\y"}`)).toEqual(['a=1', String.raw`b="x", \y`]);
  expect(splitNameList('"$user", public,"a,""b"')).toEqual(['$user', 'public', 'a,"b']);
});
