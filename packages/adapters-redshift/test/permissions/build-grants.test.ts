import type { Permission } from '@keyturn/core';
import { buildGrants, caseSettingFor } from '../../src/permissions/build-changes.js';

const relation = (name: string, privilege: string, grantable = false): Permission => ({
  kind: 'relation',
  schema: 'shop',
  relation: name,
  privilege,
  grantable,
});
const every: readonly Permission[] = [
  { kind: 'role', role: 'reader', grantable: false },
  { kind: 'role', role: 'keeper', grantable: true },
  { kind: 'group', group: 'staff "1"', grantable: false },
  relation('orders', 'SELECT'),
  relation('orders', 'DROP'),
  relation('stock', 'DROP'),
  relation('stock', 'SELECT'),
  relation('stock', 'ALTER', true),
  relation('Prices', 'SELECT'),
  { kind: 'schema', schema: 'shop', privilege: 'USAGE', grantable: false },
  { kind: 'schema', schema: 'spectrum', privilege: 'USAGE', grantable: false },
  { kind: 'database', database: 'dev', privilege: 'TEMP', grantable: false },
  { kind: 'database', database: 'dev', privilege: 'CREATE', grantable: false },
];

it('grants on Redshift read like this', () => {
  expect(buildGrants(every, { user: 'sheep_clone', dialect: 'redshift' })).toEqual([
    'ALTER GROUP "staff ""1""" ADD USER "sheep_clone"',
    'GRANT ROLE "reader" TO "sheep_clone"',
    'GRANT ROLE "keeper" TO "sheep_clone" WITH ADMIN OPTION',
    'GRANT CREATE, TEMP ON DATABASE "dev" TO "sheep_clone"',
    'GRANT USAGE ON SCHEMA "shop" TO "sheep_clone"',
    'GRANT USAGE ON SCHEMA "spectrum" TO "sheep_clone"',
    'GRANT DROP, SELECT ON TABLE "shop"."orders", "shop"."stock" TO "sheep_clone"',
    'GRANT SELECT ON TABLE "shop"."Prices" TO "sheep_clone"',
    'GRANT ALTER ON TABLE "shop"."stock" TO "sheep_clone" WITH GRANT OPTION',
  ]);
});

it('roles on PostgreSQL are granted without the keyword', () => {
  const roles = every.filter(({ kind }) => kind === 'role');

  expect(buildGrants(roles, { user: 'u', dialect: 'postgres' })).toEqual([
    'GRANT "reader" TO "u"',
    'GRANT "keeper" TO "u" WITH ADMIN OPTION',
  ]);
});

it('a thousand tables take ten statements', () => {
  const many = Array.from({ length: 1000 }, (_, i) => relation(`t${i}`, 'SELECT'));

  expect(buildGrants(many, { user: 'u', dialect: 'redshift' })).toHaveLength(10);
});

it('a privilege that keyturn does not know gets into no statement', () => {
  const forged = [relation('orders', 'SELECT ON shop.orders TO mallory; --')];

  expect(() => buildGrants(forged, { user: 'u', dialect: 'redshift' })).toThrow(
    /not one that keyturn can grant/,
  );
});

it('a name that could end its quotes on Redshift gets into no statement', () => {
  expect(() =>
    buildGrants([relation('a\\', 'SELECT')], { user: 'u', dialect: 'redshift' }),
  ).toThrow(/backslash/);
});

describe('the case of names', () => {
  const lower = every.filter((each) => each.kind !== 'relation' || each.relation !== 'Prices');

  it('is asked for on Redshift where a name has capital letters', () => {
    const setting = 'SET enable_case_sensitive_identifier TO true';

    expect(caseSettingFor(every, { user: 'u', dialect: 'redshift' })).toBe(setting);
    expect(caseSettingFor(lower, { user: 'Sheep', dialect: 'redshift' })).toBeUndefined();
    expect(caseSettingFor(every, { user: 'u', dialect: 'postgres' })).toBeUndefined();
  });

  it('is asked for where the columns of a masking policy have capital letters', () => {
    const policy: Permission = {
      kind: 'masking-policy',
      policy: 'card',
      schema: 'shop',
      relation: 'orders',
      outputColumns: '["Card No"]',
      inputColumns: '[]',
      priority: '1',
      grantable: false,
    };

    expect(caseSettingFor([policy], { user: 'u', dialect: 'redshift' })).toBeDefined();
  });
});
