import type { Permission, PermissionKind } from '@keyturn/core';
import type { SqlRow } from '../../src/sql-session.js';
import { redshiftWith } from '../support/redshift-views.js';

const OF_USER = { identity_name: 'sheep', identity_type: 'user', admin_option: 'False' };

/** What is read of some kinds from a server whose views have these rows and no others. */
async function read(views: Record<string, readonly SqlRow[]>, ...kinds: PermissionKind[]) {
  const { permissions, notChecked } = await redshiftWith(views).session.readPermissions({
    user: 'sheep',
    kinds,
  });
  return { permissions, notChecked };
}

const nothing = { grantable: false } as const;

describe('what Redshift alone has is read from its views', () => {
  it('IAM roles: the default one, chains, external functions, and commands nobody has heard of', async () => {
    const row = (iam_arn: string, command_type: string) => ({ ...OF_USER, iam_arn, command_type });
    const rows = [
      row('default-aws-iam-role', 'EXFUNC'),
      row('arn:aws:iam::1:role/a,arn:aws:iam::1:role/b', 'copy'),
      row('default-aws-iam-role', 'LEVITATE'),
    ];

    expect(await read({ svv_iam_privileges: rows }, 'assume-role')).toEqual({
      permissions: [
        { kind: 'assume-role', arn: 'default', command: 'EXTERNAL FUNCTION', ...nothing },
        {
          kind: 'assume-role',
          arn: 'arn:aws:iam::1:role/a,arn:aws:iam::1:role/b',
          command: 'COPY',
          ...nothing,
        },
      ],
      notChecked: [{ kind: 'assume-role', reason: 'ASSUMEROLE for LEVITATE is not covered' }],
    });
  });

  it('datashares and models, with the grant option as a word or a letter', async () => {
    const views = {
      svv_datashare_privileges: [
        { ...OF_USER, datashare_name: 'sales', privilege_type: 'SHARE', admin_option: 'True' },
        { ...OF_USER, datashare_name: 'sales', privilege_type: 'ALTER', admin_option: 'f' },
      ],
      svv_ml_model_privileges: [
        {
          ...{ ...OF_USER, namespace_name: 'shop', model_name: 'churn', model_version: '2' },
          ...{ privilege_type: 'EXECUTE', admin_option: 't' },
        },
      ],
    };

    expect(await read(views, 'datashare', 'model')).toEqual({
      permissions: [
        { kind: 'datashare', datashare: 'sales', privilege: 'SHARE', grantable: true },
        { kind: 'datashare', datashare: 'sales', privilege: 'ALTER', grantable: false },
        { kind: 'model', schema: 'shop', model: 'churn', privilege: 'EXECUTE', grantable: true },
      ],
      notChecked: [],
    });
  });

  it('policies for rows and for masking', async () => {
    const views = {
      svv_rls_attached_policy: [{ relschema: 'shop', relname: 'orders', polname: 'own_rows' }],
      svv_attached_masking_policy: [
        {
          ...{ policy_name: 'card', schema_name: 'shop', table_name: 'orders', priority: '10' },
          ...{ input_columns: null, output_columns: '[ "Card No" ]' },
        },
      ],
    };

    expect((await read(views, 'row-policy', 'masking-policy')).permissions).toEqual([
      { kind: 'row-policy', policy: 'own_rows', schema: 'shop', relation: 'orders', ...nothing },
      {
        kind: 'masking-policy',
        policy: 'card',
        schema: 'shop',
        relation: 'orders',
        outputColumns: '["Card No"]',
        inputColumns: '[]',
        priority: '10',
        ...nothing,
      },
    ]);
  });

  it('permissions on tables by names of Redshift’s own, and those unknown are reported', async () => {
    const row = (privilege_type: string, relation_name = 'orders') => {
      return { ...OF_USER, namespace_name: 'shop', relation_name, privilege_type };
    };
    const names = ['DROP', 'ALTER', 'TRUNCATE', 'RULE', 'TRIGGER', 'LEVITATE'];
    const rows = [...names.map((name) => row(name)), row('SELECT', 'mv_tbl__sales__0')];
    const { permissions, notChecked } = await read({ svv_relation_privileges: rows }, 'relation');

    expect(permissions.map((each) => 'privilege' in each && each.privilege)).toEqual([
      'DROP',
      'ALTER',
      'TRUNCATE',
    ]);
    expect(notChecked).toEqual([
      { kind: 'relation', reason: 'the privilege LEVITATE is not covered' },
    ]);
  });

  it('procedures, which the view calls functions', async () => {
    const row = (function_name: string) => {
      const argument_types = 'integer, character varying';
      return {
        ...OF_USER,
        namespace_name: 'shop',
        function_name,
        argument_types,
        privilege_type: 'EXECUTE',
      };
    };
    const views = {
      svv_function_privileges: [row('f'), row('p')],
      pg_proc_info: [{ schema: 'shop', name: 'p', arguments: 'integer, character varying' }],
    };
    const { permissions } = await read(views, 'routine');

    expect(permissions.map((each) => 'routine' in each && each.routine)).toEqual([
      'FUNCTION',
      'PROCEDURE',
    ]);
  });

  it('scoped permissions on this database, not those on others', async () => {
    const row = (database_name: string, privilege_scope: string) => {
      return { ...OF_USER, database_name, privilege_type: 'USAGE', privilege_scope };
    };
    const rows = [row('dev', 'SCHEMAS'), row('other', 'SCHEMAS'), row('other', 'DATABASE')];
    const { permissions } = await read({ svv_database_privileges: rows }, 'database', 'scoped');

    expect(permissions).toEqual([
      { kind: 'database', database: 'other', privilege: 'USAGE', ...nothing },
      {
        kind: 'scoped',
        container: 'DATABASE',
        name: 'dev',
        objects: 'SCHEMAS',
        privilege: 'USAGE',
        ...nothing,
      },
    ]);
  });

  it('default permissions, and whose they are is never guessed', async () => {
    const row = (grantee_type: string, object_type = 'RELATION') => ({
      ...{ schema_name: null, object_type, owner_name: 'sheep', owner_type: 'user' },
      ...{ privilege_type: 'SELECT', grantee_name: 'dog', grantee_type, admin_option: 'f' },
    });
    const rows = [row('group'), row('cloud'), row('user', 'SEQUENCE')];

    expect(await read({ svv_default_privileges: rows }, 'default-given')).toEqual({
      permissions: [
        {
          kind: 'default-given',
          grantee: 'dog',
          granteeType: 'group',
          schema: '',
          objects: 'TABLES',
          privilege: 'SELECT',
          ...nothing,
        },
      ],
      notChecked: [
        {
          kind: 'default-given',
          reason:
            'default privileges of "cloud" are not covered; default privileges on SEQUENCE are not covered',
        },
      ],
    });
  });
});

describe('the databases of a cluster', () => {
  it('are its own, without those of the server', async () => {
    const names = ['dev', 'padb_harvest', 'template0', 'template1', 'sys:internal', 'shop'];
    const rows = names.map((name) => ({ name }));

    for (const views of [
      { svv_redshift_databases: rows },
      { svv_redshift_databases: undefined, pg_database: rows },
    ]) {
      expect(await redshiftWith(views).session.listDatabases()).toEqual(['dev', 'shop']);
    }
  });
});

describe('on Redshift', () => {
  const usage = (schema: string): Permission => {
    return { kind: 'schema', schema, privilege: 'USAGE', grantable: false };
  };

  it('each change stands by itself, as external schemas demand, after one setting for capitals', async () => {
    const { session, statements } = redshiftWith({});
    await session.grantPermissions({ user: 'sheep', permissions: [usage('Shop'), usage('ext')] });
    await session.revokePermissions({
      user: 'sheep',
      revocations: [{ permission: usage('Shop'), optionOnly: false }],
    });

    expect(statements).toEqual([
      'SET enable_case_sensitive_identifier TO true',
      'GRANT USAGE ON SCHEMA "Shop" TO "sheep"',
      'GRANT USAGE ON SCHEMA "ext" TO "sheep"',
      'REVOKE USAGE ON SCHEMA "Shop" FROM "sheep"',
    ]);
  });

  it('statements to be run by hand bring the setting along where they need it', async () => {
    const { session, statements } = redshiftWith({});
    const revoke = [{ permission: usage('Shop'), optionOnly: false }];

    expect(await session.writeOut({ user: 'sheep', revoke })).toEqual([
      'SET enable_case_sensitive_identifier TO true',
      'REVOKE USAGE ON SCHEMA "Shop" FROM "sheep"',
    ]);
    expect(await session.writeOut({ user: 'Sheep', grant: [usage('shop')] })).toEqual([
      'GRANT USAGE ON SCHEMA "shop" TO "Sheep"',
    ]);
    expect(statements).toEqual([]);
  });
});
