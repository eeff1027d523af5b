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

it('only the grant option is revoked where the right stays', () => {
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
  expect(() => buildGrants([permission], target)).toThrow(/KEYTURN|not put|cannot be read/);
});

it('arrays and lists of names are read as the server writes them', () => {
  expect(parseTextArray('{}')).toEqual([]);
  expect(parseTextArray(String.raw`{a=1,"b=\"x\", \\y"}`)).toEqual(['a=1', String.raw`b="x", \y`]);
  expect(splitNameList('"$user", public,"a,""b"')).toEqual(['$user', 'public', 'a,"b']);
});
