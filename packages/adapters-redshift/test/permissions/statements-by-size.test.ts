import { pgSessions } from '../../src/connection/open-session.js';
import { prepareTls } from '../../src/connection/tls-settings.js';
import { RedshiftAdmin } from '../../src/index.js';
import { tls, useDatabase, type UsedDatabase } from '../support/test-server.js';
import { PermissionWorld } from './matrix/world.js';

/** An admin that writes down what it asks; each statement is one round trip. */
function recordingAdmin() {
  const asked: string[] = [];
  const open = pgSessions(prepareTls(tls));
  const admin = new RedshiftAdmin({
    openSession: async (request) => {
      asked.push('sign in');
      const connection = await open(request);
      if (connection === 'refused') return connection;
      return {
        close: () => connection.close(),
        query: (sql, parameters) => {
          asked.push(sql);
          return connection.query(sql, parameters);
        },
      };
    },
  });
  return { admin, asked };
}

/** A pair of users with permissions on so many tables; each rotation tells what it asked. */
async function pairWith(database: UsedDatabase, tables: number) {
  const { admin, asked } = recordingAdmin();
  const world = new PermissionWorld(database, {}, admin);
  await world.makeUser();
  await world.sql(
    `CREATE SCHEMA s; GRANT USAGE ON SCHEMA s TO $U;
     DO $$ BEGIN FOR n IN 1..${tables} LOOP EXECUTE 'CREATE TABLE s.t' || n || ' ()'; END LOOP; END $$;
     GRANT SELECT, INSERT, UPDATE, DELETE, REFERENCES ON ALL TABLES IN SCHEMA s TO $U`,
  );
  await world.rotate();
  let [idle, current] = ['$U', '$C'];
  return {
    world,
    first: asked.splice(0).map((sql) => withoutNames(world, sql)),
    /** Takes SELECT on the first tables from the alternate, and rotates. */
    async later(differences: number) {
      const list = Array.from({ length: differences }, (_, n) => `s.t${n + 1}`);
      if (differences > 0) await world.sql(`REVOKE SELECT ON ${list.join()} FROM ${idle}`);
      await world.rotate();
      [idle, current] = [current, idle];
      return asked.splice(0).map((sql) => withoutNames(world, sql));
    },
  };
}

/** Passwords and the names of users differ. */
function withoutNames(world: PermissionWorld, sql: string): string {
  const verifier = /PASSWORD '[^']*'/;
  return sql.replaceAll(world.user, '$U').replace(verifier, 'PASSWORD');
}

const grants = (asked: readonly string[]) => asked.filter((sql) => sql.startsWith('GRANT'));

describe('the statements of a rotation', () => {
  const small = useDatabase();
  const large = useDatabase();
  let few: Awaited<ReturnType<typeof pairWith>>;
  let many: Awaited<ReturnType<typeof pairWith>>;

  describe('for 200 tables and for 1,000', () => {
    beforeAll(async () => {
      few = await pairWith(small(), 200);
      many = await pairWith(large(), 1000);
    });
    afterAll(async () => {
      await few.world.dispose();
      await many.world.dispose();
    });

    it('are one GRANT for 100 tables with the same permissions in the first rotation, and USAGE', () => {
      expect(grants(few.first)).toHaveLength(2 + 1);
      expect(grants(many.first)).toHaveLength(10 + 1);
    });

    it('are the same where nothing differs, and none of them is a GRANT', async () => {
      const asked = await many.later(0);
      expect(grants(asked)).toEqual([]);
      expect(asked).toEqual(await few.later(0));
    });

    it('are the same where the same 7 permissions differ, and one of them is a GRANT', async () => {
      const asked = await many.later(7);
      expect(grants(asked)).toHaveLength(1);
      expect(asked).toEqual(await few.later(7));
    });

    it('grow by one for every 100 tables that differ, and by nothing else', async () => {
      const asked = [await many.later(1), await many.later(100), await many.later(250)];
      const [one = 0, hundred, more] = asked.map(({ length }) => length);
      // Later rotations of either user of the pair ask the same.
      expect([hundred, more]).toEqual([one, one + 2]);
      expect(asked.map((all) => grants(all).length)).toEqual([1, 1, 3]);
    });
  });
});
