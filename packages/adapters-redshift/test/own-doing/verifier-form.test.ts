import { RotationWorld, WAYS, type WorldOptions } from '../support/rotation-world.js';
import { run, useDatabase, type UsedDatabase } from '../support/test-server.js';

// Hooks run in order: this one before those that drop the databases.
const worlds: RotationWorld[] = [];
afterAll(async () => {
  for (const world of worlds) await world.dispose();
});
const demandsScram = useDatabase();
const takesMd5 = useDatabase({ auth: 'md5' });

async function newWorld(database: UsedDatabase, options: WorldOptions): Promise<RotationWorld> {
  const world = new RotationWorld(database, options);
  worlds.push(world);
  await world.makeUser();
  return world;
}

/** How the passwords of the user and its clone are stored. */
async function formsOf(world: RotationWorld): Promise<readonly string[]> {
  const rows = await world.sql(
    `SELECT DISTINCT left(rolpassword, 3) AS form FROM pg_authid WHERE rolname LIKE '%$U%'`,
  );
  return rows.map((row) => (row as { form: string }).form);
}

describe.each(WAYS)(
  '%s where the server demands another form than it makes of clear passwords',
  (way) => {
    it('stores SCRAM where SCRAM was demanded, although password_encryption says md5', async () => {
      const world = await newWorld(demandsScram(), { way });
      const { client, name } = demandsScram();
      await run(client, `ALTER DATABASE ${name} SET password_encryption = md5`);
      await world.rotate();
      await world.rotate();
      await run(client, `ALTER DATABASE ${name} RESET password_encryption`);

      expect(await formsOf(world)).toEqual(['SCR']);
      expect(await world.isAlive()).toBe(true);
    });

    it('stores md5 where md5 was asked for, although password_encryption says SCRAM', async () => {
      const world = await newWorld(takesMd5(), { way });
      const { client, name } = takesMd5();
      await world.sql(`SET password_encryption = md5; ALTER USER $U PASSWORD 'First-Password-1'`);
      await run(client, `ALTER DATABASE ${name} SET password_encryption = 'scram-sha-256'`);
      await world.rotate();
      await run(client, `ALTER DATABASE ${name} SET password_encryption = md5`);

      expect(await formsOf(world)).toEqual(['md5']);
      expect(await world.isAlive()).toBe(true);
    });
  },
);
