import { diagnose, planSecretPermissions } from '@keyturn/core';
import { PermissionWorld } from './permissions/matrix/world.js';
import { addRedshiftViews } from './support/as-redshift.js';
import { FoxHunt, WORK } from './support/fox-hunt.js';
import { run, useDatabase, type UsedDatabase } from './support/test-server.js';

const hunt = new FoxHunt();
const { fox, boss, password } = hunt;

// Hooks run in order: this one before those that drop the databases.
afterAll(() => hunt.end());
const databases = { redshift: useDatabase(), postgres: useDatabase() };
const first = useDatabase();
const second = useDatabase();
const bare = useDatabase({ standIn: false });
const all = (): UsedDatabase[] => [
  ...[databases.redshift(), databases.postgres(), first(), second(), bare()],
];
beforeAll(async () => {
  await hunt.begin(...all());
  await addRedshiftViews(databases.redshift());
});

const dialects = ['redshift', 'postgres'] as const;
const ORDINARY = '"$user", public, redshift_stand_in';

/** Where an attacker's objects stand, and how the superuser's path gets there. */
const PLACES: readonly (readonly [
  place: string,
  schema: string,
  set: (name: string) => string,
  reset: (name: string) => string,
])[] = [
  ['public, by the path that everybody begins with', 'public', () => '', () => ''],
  ['a schema of the superuser’s own name', boss, () => '', () => ''],
  [
    'a path set for the superuser',
    'lair',
    () => `ALTER ROLE ${boss} SET search_path = lair, pg_catalog, redshift_stand_in`,
    () => `ALTER ROLE ${boss} RESET search_path`,
  ],
  [
    'a path set for the database',
    'lair',
    (name) => `ALTER DATABASE ${name} SET search_path = lair, pg_catalog, redshift_stand_in`,
    (name) => `ALTER DATABASE ${name} SET search_path = ${ORDINARY}`,
  ],
  [
    'a path set for the superuser in this database',
    'lair',
    (name) => `ALTER ROLE ${boss} IN DATABASE ${name} SET search_path = lair, pg_catalog`,
    (name) => `ALTER ROLE ${boss} IN DATABASE ${name} RESET search_path`,
  ],
];

describe('1: a name in an administrator’s session means the server’s own object, whoever has made others', () => {
  describe.each(dialects)('as %s', (dialect) => {
    const database = databases[dialect];

    describe.each(PLACES)('by %s', (_, schema, set, reset) => {
      beforeAll(async () => {
        await hunt.layTraps(database(), schema);
        await run(database().client, set(database().name));
      });
      afterAll(async () => {
        await run(database().client, reset(database().name));
        await hunt.clear(database());
      });

      it.each(WORK)('it %s', async (_work, work) => {
        const session = await hunt.session(dialect, database());
        await work(session, fox).finally(() => session.close());

        expect(await hunt.caught(database())).toEqual([]);
      });

      it.each(WORK)('it %s over a session for checks', async (_work, work) => {
        const session = await hunt.session(dialect, database(), 'checks');
        await session.query('SELECT 1');
        await work(session, fox).finally(() => session.close());

        expect(await hunt.caught(database())).toEqual([]);
      });

      it('it leaves a user’s own statements the path of that user', async () => {
        const session = await hunt.session(dialect, database(), 'checks');
        const before = await session.query('SHOW search_path');
        await session.describeUser({ user: boss });
        const after = await session.query('SHOW search_path');
        await session.close();
        const client = await database().connect({ username: boss, password });
        const usual = await run(client, 'SHOW search_path');
        await client.end();
        await hunt.caught(database());

        expect([before, after]).toEqual([usual, usual]);
      });
    });

    it.each(WORK)('over temporary objects it %s', async (_work, work) => {
      const session = await hunt.session(dialect, database());
      const temporary = [
        'pg_user',
        'pg_group',
        'pg_database',
        'pg_namespace',
        'pg_class',
        'pg_proc',
      ];
      for (const name of temporary) {
        await session.query(
          `CREATE TEMP VIEW ${name} AS SELECT t.* FROM pg_catalog.${name} t,` +
            ` (SELECT trap_log.spring('pg_temp.${name}') AS sprung OFFSET 0) trap WHERE trap.sprung`,
        );
      }
      await hunt.asFox(database(), 'CREATE TABLE IF NOT EXISTS public.den ()');
      await work(session, fox).finally(() => session.close());

      expect(await hunt.caught(database())).toEqual([]);
    });
  });

  describe('in a whole rotation, with a second database that the attacker owns', () => {
    let world: PermissionWorld;
    beforeAll(async () => {
      world = new PermissionWorld(first(), {}, undefined, { username: boss, password });
      await world.makeUser();
      await run(
        first().client,
        `INSERT INTO redshift_stand_in.stand_in_databases VALUES ('${second().name}')`,
      );
      await hunt.layTraps(first(), 'public');
      await hunt.layTraps(second(), 'lair');
      await run(second().client, `ALTER DATABASE ${second().name} OWNER TO ${fox}`);
      await hunt.asFox(
        second(),
        `ALTER DATABASE ${second().name} SET search_path = lair, pg_catalog, redshift_stand_in;
         CREATE TABLE public.den (); GRANT SELECT ON public.den TO ${world.user}`,
      );
    });
    afterAll(async () => {
      await run(second().client, `ALTER DATABASE ${second().name} OWNER TO CURRENT_USER`);
      await hunt.clear(second());
      await world.dispose();
    });

    it.each([
      ['the first rotation', () => world.rotate()],
      ['a later rotation', () => world.rotate()],
      ['doctor', () => diagnose(world.options())],
      ['the plan of permissions', () => planSecretPermissions(world.options())],
    ])('%s runs nothing of the attacker’s', async (_, work) => {
      await work();

      expect([await hunt.caught(first()), await hunt.caught(second())]).toEqual([[], []]);
    });
  });

  describe('views that stand in for Redshift’s are not read', () => {
    const view = 'redshift_stand_in.svv_relation_privileges';
    const trap = `SELECT 'lair'::text AS namespace_name, 'x'::text AS relation_name, 'SELECT'::text AS privilege_type,
      0 AS identity_id, '${boss}'::text AS identity_name, 'user'::text AS identity_type, trap_log.spring('stand-in') AS admin_option`;

    it.each([
      ['which belongs to the attacker', bare, `CREATE VIEW ${view} AS ${trap}`, ''],
      [
        'in which the attacker may create',
        databases.postgres,
        'CREATE TABLE redshift_stand_in.mine ()',
        `GRANT CREATE ON SCHEMA redshift_stand_in TO ${fox}`,
      ],
      [
        'in which everybody may create',
        databases.postgres,
        'SELECT 1',
        'GRANT CREATE ON SCHEMA redshift_stand_in TO PUBLIC',
      ],
      [
        'with a view of the attacker’s',
        databases.postgres,
        `CREATE OR REPLACE RULE "_RETURN" AS ON SELECT TO ${view} DO INSTEAD ${trap}`,
        `ALTER VIEW ${view} OWNER TO ${fox}`,
      ],
    ])('from a schema %s', async (_, database, attack, grant) => {
      const { client } = database();
      if (grant === '') await hunt.asFox(database(), 'CREATE SCHEMA redshift_stand_in');
      else await run(client, grant);
      await hunt.asFox(database(), attack);
      const session = await hunt.session('postgres', database());
      const { permissions, notChecked } = await session.readPermissions({
        user: boss,
        kinds: ['relation'],
      });
      await session.close();
      const sprung = await hunt.caught(database());
      await run(client, 'REVOKE CREATE ON SCHEMA redshift_stand_in FROM PUBLIC');
      await hunt.clear(database());

      expect(permissions).toEqual([]);
      expect(notChecked).toEqual([
        {
          kind: 'relation',
          reason:
            'the schema redshift_stand_in is not in the hands of superusers alone, so it was not read',
        },
      ]);
      expect(sprung).toEqual([]);
    });
  });
});
