import { Sensitive } from '@keyturn/core';
import { PERMISSION_SCOPE, type PermissionSnapshot } from '@keyturn/core/adapter';
import { uniqueName } from '@keyturn/testkit/postgres';
import { RedshiftAdmin } from '../../src/index.js';
import {
  addressOf,
  run,
  shared,
  tls,
  useDatabase,
  type UsedDatabase,
} from '../support/test-server.js';

async function read(database: UsedDatabase, user: string): Promise<PermissionSnapshot> {
  const outcome = await new RedshiftAdmin({ tls }).signIn({
    address: addressOf(database),
    user: shared.superuser.username,
    password: new Sensitive(shared.superuser.password),
    connectTimeoutMs: 10_000,
    statementTimeoutMs: 10_000,
  });
  if (outcome.kind === 'refused') throw new Error('refused');
  const snapshot = await outcome.session.readPermissions({ user });
  await outcome.session.close();
  return snapshot;
}

describe('reading permissions', () => {
  const database = useDatabase();
  let user: string;

  beforeEach(async () => {
    user = uniqueName('sheep');
    await run(database().client, `CREATE USER ${user} PASSWORD 'x'`);
  });
  afterEach(() => run(database().client, `DROP OWNED BY ${user} CASCADE; DROP USER ${user}`));

  it('leaves out what the user has as an owner', async () => {
    const schema = uniqueName('own');
    const { client, name } = database();
    await run(
      client,
      `CREATE SCHEMA ${schema} AUTHORIZATION ${user}; CREATE TABLE ${schema}.t (id int);
       ALTER TABLE ${schema}.t OWNER TO ${user}; ALTER DATABASE ${name} OWNER TO ${user};
       GRANT ALL ON SCHEMA ${schema} TO PUBLIC; GRANT SELECT ON ${schema}.t TO PUBLIC;
       GRANT CREATE ON DATABASE ${name} TO PUBLIC`,
    );
    // The views do list them.
    const listed = await run(
      client,
      `SELECT 1 FROM svv_relation_privileges WHERE identity_name = '${user}'`,
    );
    const snapshot = await read(database(), user);
    await run(client, `ALTER DATABASE ${name} OWNER TO CURRENT_USER`);

    expect(listed).not.toHaveLength(0);
    expect(snapshot).toMatchObject({ permissions: [], notChecked: [] });
    expect(snapshot.owned.map(({ type }) => type)).toEqual(['database', 'schema', 'relation']);
  });

  it('leaves out the server’s schemas, the storage of materialized views and void privileges', async () => {
    await run(
      database().client,
      `CREATE TABLE mv_tbl__sales__0 (id int); CREATE TABLE sales (id int);
       GRANT SELECT ON mv_tbl__sales__0 TO ${user}; GRANT SELECT ON pg_class TO ${user};
       GRANT SELECT, TRIGGER ON sales TO ${user}`,
    );
    const { permissions, notChecked } = await read(database(), user);
    await run(database().client, `REVOKE ALL ON pg_class FROM ${user}`);

    expect(notChecked).toEqual([]);
    expect(permissions).toEqual([
      {
        kind: 'relation',
        schema: 'public',
        relation: 'sales',
        privilege: 'SELECT',
        grantable: false,
      },
    ]);
  });

  it('leaves out what a group or a role of the same name has', async () => {
    const group = uniqueName('same');
    await run(
      database().client,
      `CREATE GROUP ${group}; CREATE TABLE ${group} (id int); GRANT SELECT ON ${group} TO ${group};
       ALTER GROUP ${group} ADD USER ${user}`,
    );
    const ofUser = await read(database(), user);
    const ofGroup = await read(database(), group);
    await run(database().client, `DROP TABLE ${group}; DROP GROUP ${group}`);

    expect(ofUser.permissions).toEqual([{ kind: 'group', group, grantable: false }]);
    expect(ofGroup.permissions).toEqual([]);
  });

  it('reports unknown scopes and privileges instead of passing over them', async () => {
    const row = (scope: string, privilege: string) =>
      `('public', '${privilege}', 1, '${user}', 'user', false, '${scope}')`;
    await run(
      database().client,
      `INSERT INTO redshift_stand_in.stand_in_scoped_schema_privileges
       VALUES ${row('TABLES', 'SELECT')}, ${row('CLOUDS', 'SELECT')}, ${row('SCHEMA', 'LEVITATE')}, ${row('SCHEMA', 'USAGE')}`,
    );
    const { permissions, notChecked } = await read(database(), user);

    expect(permissions).toEqual([
      { kind: 'schema', schema: 'public', privilege: 'USAGE', grantable: false },
      {
        kind: 'scoped',
        container: 'SCHEMA',
        name: 'public',
        objects: 'TABLES',
        privilege: 'SELECT',
        grantable: false,
      },
    ]);
    expect(notChecked).toEqual([
      {
        kind: 'schema',
        reason:
          'permissions of scope CLOUDS are not covered; the privilege LEVITATE is not covered',
      },
    ]);
  });

  it('grants on names that need quoting can be read', async () => {
    await run(
      database().client,
      `CREATE SCHEMA "My ""Shop"""; CREATE TABLE "My ""Shop"""."it's" (id int);
       GRANT SELECT ON "My ""Shop"""."it's" TO ${user} WITH GRANT OPTION`,
    );

    expect((await read(database(), user)).permissions).toEqual([
      {
        kind: 'relation',
        schema: 'My "Shop"',
        relation: `it's`,
        privilege: 'SELECT',
        grantable: true,
      },
    ]);
  });

  it('reports permissions on names that no statement may hold, so that they cannot stop a rotation', async () => {
    await run(
      database().client,
      `CREATE TABLE "back\\slash" (id int); CREATE TABLE "new\nline" (id int); CREATE TABLE plain (id int);
       GRANT SELECT ON "back\\slash", "new\nline", plain TO ${user}`,
    );
    const { permissions, notChecked } = await read(database(), user);

    expect(permissions).toMatchObject([{ kind: 'relation', relation: 'plain' }]);
    expect(notChecked).toEqual([
      {
        kind: 'relation',
        reason:
          '2 with a name or a type that is never put into a statement, such as one with a backslash or a control character',
      },
    ]);
  });
});

describe('reading permissions where the views are missing', () => {
  const database = useDatabase({ standIn: false });

  it('says of each kind that it is unknown, and why', async () => {
    const { permissions, notChecked } = await read(database(), shared.superuser.username);

    expect(permissions).toEqual([]);
    const known = Object.keys(PERMISSION_SCOPE).filter((kind) => kind !== 'group');
    expect(new Set(notChecked.map(({ kind }) => kind))).toEqual(new Set(known));
    for (const { reason } of notChecked) expect(reason).toMatch(/\[42P01\].*svv_/);
  });

  it('finds users all the same', async () => {
    const outcome = await new RedshiftAdmin({ tls }).signIn({
      address: addressOf(database()),
      user: shared.superuser.username,
      password: new Sensitive(shared.superuser.password),
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 10_000,
    });
    if (outcome.kind === 'refused') throw new Error('refused');
    const found = await outcome.session.describeUser({ user: shared.superuser.username });
    await outcome.session.close();

    expect(found).toMatchObject({ superuser: true, external: false });
  });
});
