import type { RotationSettings } from '@keyturn/core';
import { run, useDatabase } from '../support/test-server.js';
import { PermissionWorld } from './matrix/world.js';

const database = useDatabase();
const other = useDatabase();
const RLS = 'redshift_stand_in.svv_rls_attached_policy';
const MASKING = 'redshift_stand_in.svv_attached_masking_policy';
const DATABASES = 'redshift_stand_in.stand_in_databases';

/** What is in the way of a first rotation, how to put it there and away again; `$U` is the user, `$D` the database. */
interface Obstacle {
  readonly what: string;
  readonly put: string;
  readonly clear: string;
  readonly code: RegExp;
  readonly settings?: RotationSettings;
}

const refuse: RotationSettings = { ownedObjects: 'refuse' };
const OWNED_OBJECTS = /^KEYTURN_OWNED_OBJECTS$/;
const owned = (what: string, make: string, kind: string, name: string): Obstacle => ({
  what: `a ${what} of the user's`,
  put: `${make}; ALTER ${kind} ${name} OWNER TO $U`,
  clear: kind === 'DATABASE' ? `ALTER DATABASE $D OWNER TO CURRENT_USER` : `DROP ${kind} ${name}`,
  code: OWNED_OBJECTS,
  settings: refuse,
});

const UNCHECKED = /^KEYTURN_PERMISSIONS_UNCHECKED$/;
const unreadable = (view: string, column: string): readonly Obstacle[] => [
  {
    what: `no view ${view}`,
    put: `ALTER TABLE ${view} RENAME TO hidden`,
    clear: `ALTER TABLE redshift_stand_in.hidden RENAME TO ${view.split('.')[1] ?? ''}`,
    code: UNCHECKED,
  },
  {
    what: `no column ${column} in it`,
    put: `ALTER TABLE ${view} RENAME ${column} TO hidden`,
    clear: `ALTER TABLE ${view} RENAME hidden TO ${column}`,
    code: UNCHECKED,
  },
];

const FAILED = /^KEYTURN_DATABASE_STATEMENT_FAILED$/;
const attach = (policy: string) =>
  `INSERT INTO ${RLS} (relschema, relname, polname, grantee, granteekind)
   VALUES ('public', 'orders', ${policy}, '$U', 'user')`;
const mask = (columns: string, priority = '1') =>
  `INSERT INTO ${MASKING} (policy_name, schema_name, table_name, grantee, grantee_type, priority, input_columns, output_columns)
   VALUES ('blur', 'public', 'orders', '$U', 'user', ${priority}, '[]', '${columns}')`;

const OBSTACLES: readonly Obstacle[] = [
  owned('table', 'CREATE TABLE mine_$U ()', 'TABLE', 'mine_$U'),
  owned('view', 'CREATE VIEW mine_$U AS SELECT 1 AS one', 'VIEW', 'mine_$U'),
  owned('schema', 'CREATE SCHEMA mine_$U', 'SCHEMA', 'mine_$U'),
  owned(
    'function',
    `CREATE FUNCTION mine_$U() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
    'FUNCTION',
    'mine_$U()',
  ),
  owned('database', 'SELECT 1', 'DATABASE', '$D'),
  ...unreadable(RLS, 'granteekind'),
  ...unreadable(MASKING, 'grantee_type'),
  {
    what: 'a row policy whose name goes into no statement',
    put: attach(`E'night\\\\'`),
    clear: `DELETE FROM ${RLS}`,
    code: UNCHECKED,
  },
  {
    what: 'a row policy that the server refuses to attach',
    put: attach(`'night'`),
    clear: `DELETE FROM ${RLS}`,
    code: FAILED,
  },
  {
    what: 'masking of columns that cannot be read',
    put: mask('not json'),
    clear: `DELETE FROM ${MASKING}`,
    code: FAILED,
  },
  {
    what: 'masking that the server refuses to attach',
    put: mask('["id"]'),
    clear: `DELETE FROM ${MASKING}`,
    code: FAILED,
  },
  {
    what: 'a policy of the user, and another database that nobody gets into',
    put: `${attach(`'night'`)}; INSERT INTO ${DATABASES} VALUES ('$O'); ALTER DATABASE $O ALLOW_CONNECTIONS false`,
    clear: `DELETE FROM ${RLS}; DELETE FROM ${DATABASES}; ALTER DATABASE $O ALLOW_CONNECTIONS true`,
    code: UNCHECKED,
  },
  {
    what: 'a trigger that forbids every GRANT',
    put: `CREATE FUNCTION public.forbid() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END';
          CREATE EVENT TRIGGER forbid_$D ON ddl_command_start WHEN TAG IN ('GRANT') EXECUTE FUNCTION public.forbid()`,
    clear: 'DROP EVENT TRIGGER forbid_$D; DROP FUNCTION public.forbid()',
    code: FAILED,
  },
  {
    what: 'a view that fails when it is read',
    put: `ALTER TABLE ${RLS} RENAME TO hidden; CREATE VIEW ${RLS} AS SELECT * FROM redshift_stand_in.hidden WHERE 1 / (length(grantee) - length(grantee)) = 1;
          INSERT INTO redshift_stand_in.hidden (grantee, granteekind) VALUES ('$U', 'user')`,
    clear: `DROP VIEW ${RLS}; ALTER TABLE redshift_stand_in.hidden RENAME TO svv_rls_attached_policy; DELETE FROM ${RLS}`,
    code: FAILED,
  },
];

describe('7: a first rotation that a real database refuses leaves no clone behind', () => {
  beforeAll(() => run(database().client, 'CREATE TABLE public.orders (id int)'));

  it.each(OBSTACLES)('because of $what, and goes on once that is gone', async (obstacle) => {
    const { put, clear, code, settings = {} } = obstacle;
    const world = new PermissionWorld(database(), settings);
    const sql = (text: string) =>
      world.sql(text.replaceAll('$D', database().name).replaceAll('$O', other().name));
    await world.makeUser();
    await sql('GRANT SELECT ON public.orders TO $U');
    await sql(put);
    let said: unknown;
    let left: object[];
    try {
      await world.rotate().catch((error: unknown) => {
        said = error;
      });
      left = await sql(`SELECT rolname FROM pg_roles WHERE rolname = '$C'`);
    } finally {
      await sql(clear);
    }
    expect((said as { code: string }).code).toMatch(code);
    expect(left).toEqual([]);

    await world.rotate();
    expect(await world.tries('SELECT * FROM public.orders')).toBe('done');
    await world.dispose();
  });
});
