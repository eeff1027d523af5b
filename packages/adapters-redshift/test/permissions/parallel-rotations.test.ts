import { run, shared, useDatabase, type UsedDatabase } from '../support/test-server.js';
import { PermissionWorld } from './matrix/world.js';

/** `npm run bench -- --permissions` does the same with 50. */
const PAIRS = 14;

/** Makes every GRANT keep its locks for so long, as on a busy cluster. */
async function slowDownGrants({ client, name }: UsedDatabase, seconds: number): Promise<void> {
  await run(
    client,
    `CREATE FUNCTION public.slow() RETURNS event_trigger LANGUAGE plpgsql
       AS 'BEGIN PERFORM pg_sleep(${seconds}); END';
     CREATE EVENT TRIGGER slow_${name} ON ddl_command_end WHEN TAG IN ('GRANT')
       EXECUTE FUNCTION public.slow()`,
  );
}

describe('first rotations at once that grant on the same schema and tables', () => {
  const database = useDatabase();

  describe('of many pairs', () => {
    const worlds: PermissionWorld[] = [];

    beforeAll(async () => {
      await run(
        database().client,
        'CREATE SCHEMA shop; CREATE TABLE shop.orders (id int); CREATE TABLE shop.stock (id int)',
      );
      while (worlds.length < PAIRS) {
        const world = new PermissionWorld(database());
        worlds.push(world);
        await world.makeUser();
        await world.sql(
          'GRANT USAGE ON SCHEMA shop TO $U; GRANT INSERT ON shop.orders, shop.stock TO $U',
        );
      }
      await slowDownGrants(database(), 0.05);
    });
    afterAll(async () => {
      for (const world of worlds) await world.dispose();
    });

    it('all succeed, each step delivered once, although they get in each other’s way', async () => {
      const start = await shared.logPosition();
      const outcomes = await Promise.allSettled(worlds.map((world) => world.rotate()));

      expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
      expect(await shared.log(start)).toContain('ERROR:  tuple concurrently updated');
      for (const world of worlds) {
        expect(await world.tries('INSERT INTO shop.stock VALUES (1)')).toBe('done');
      }
    });
  });
});
