import { Sensitive } from '@keyturn/core';
import { uniqueName } from '@keyturn/testkit/postgres';
import { addRedshiftViews, recordingAdmin } from '../support/as-redshift.js';
import { RotationWorld } from '../support/rotation-world.js';
import { addressOf, run, shared, useDatabase } from '../support/test-server.js';

const database = useDatabase();
beforeAll(async () => {
  await addRedshiftViews(database());
  await run(
    database().client,
    `SET allow_system_table_mods = on;
     CREATE VIEW pg_catalog.stv_sessions AS SELECT usename::char(50) AS user_name FROM pg_stat_activity;
     GRANT SELECT ON pg_catalog.stv_sessions TO PUBLIC; RESET allow_system_table_mods`,
  );
});

describe('on Redshift, of which it is not known when it looks at a limit of sessions', () => {
  it.each([
    [1, 0, 0],
    [2, 0, 1],
    [2, 1, 0],
    [3, 1, 1],
  ])(
    'with limit %i, of which the application holds %i, %i places are left for us',
    async (...one) => {
      const [limit, held, left] = one;
      const { admin } = recordingAdmin('redshift');
      const world = new RotationWorld(database(), { way: 'single user', admin });
      await world.makeUser(`CONNECTION LIMIT ${limit}`);
      await world.hold(held);
      const { username: user, password } = world.current;
      const outcome = await admin.signIn({
        address: addressOf(database()),
        user,
        password: new Sensitive(password),
        connectTimeoutMs: 10_000,
        statementTimeoutMs: 10_000,
      });
      if (outcome.kind === 'refused') throw new Error('refused');
      expect(await outcome.session.describeUser({ user })).toMatchObject({ freePlaces: left });
      await outcome.session.close();
      await world.dispose();
    },
  );

  it('a user without a limit and a superuser have no number', async () => {
    const { admin } = recordingAdmin('redshift');
    const free = uniqueName('free');
    await run(database().client, `CREATE USER ${free} PASSWORD 'x'`);
    const outcome = await admin.signIn({
      address: addressOf(database()),
      user: shared.superuser.username,
      password: new Sensitive(shared.superuser.password),
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 10_000,
    });
    if (outcome.kind === 'refused') throw new Error('refused');
    for (const user of [free, shared.superuser.username]) {
      expect(await outcome.session.describeUser({ user })).not.toHaveProperty('freePlaces');
    }
    await outcome.session.close();
    await run(database().client, `DROP USER ${free}`);
  });

  it('setSecret refuses a limit that leaves no place to prove a new password, and changes nothing', async () => {
    const { admin, asked } = recordingAdmin('redshift');
    const world = new RotationWorld(database(), { way: 'single user in setSecret', admin });
    await world.makeUser('CONNECTION LIMIT 1');
    const before = world.current;
    const error = await world.tryToRotate();
    expect(error).toMatchObject({ code: 'KEYTURN_DATABASE_FULL', retryable: true });
    expect(asked.filter((sql) => sql.startsWith('ALTER'))).toEqual([]);
    expect(world.current).toEqual(before);
    expect(await world.isAlive()).toBe(true);
    await world.dispose();
  });
});
