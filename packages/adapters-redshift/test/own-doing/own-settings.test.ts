import { uniqueName } from '@keyturn/testkit/postgres';
import { RotationWorld, WAYS } from '../support/rotation-world.js';
import { queryCheck } from '../../src/index.js';
import { run, shared, useDatabase } from '../support/test-server.js';

// Hooks run in order: this one before the one that drops the database.
afterAll(() => run(database().client, `DROP OWNED BY ${owner}; DROP ROLE ${owner}`));
const database = useDatabase();
const owner = uniqueName('owner');

beforeAll(() => run(database().client, `CREATE ROLE ${owner} NOLOGIN`));

/** What may be set for a user, and is harmless for the application. */
const SETTINGS = [
  `role = ${owner}`,
  `DateStyle = 'German, DMY'`,
  'default_transaction_read_only = on',
  'search_path = nowhere',
];
const ALL = [
  ...SETTINGS,
  `default_transaction_isolation = 'serializable'`,
  `lock_timeout = '1ms'`,
  `statement_timeout = '2s'`,
  `idle_session_timeout = '2s'`,
  `idle_in_transaction_session_timeout = '2s'`,
  `TimeZone = 'Pacific/Kiritimati'`,
  `IntervalStyle = 'sql_standard'`,
  'quote_all_identifiers = on',
  'standard_conforming_strings = off',
  `client_encoding = 'LATIN1'`,
  'row_security = off',
];

describe.each(WAYS)('%s goes through, whatever is set', (way) => {
  let world: RotationWorld;
  beforeEach(async () => {
    const sleeps = queryCheck({ name: 'takes its time', sql: 'SELECT pg_sleep(0.01)' });
    world = new RotationWorld(database(), { way, checks: [sleeps] });
    await world.makeUser(`VALID UNTIL '2037-02-01 10:00:00+00'`);
    await world.sql(`GRANT ${owner} TO $U`);
  });
  afterEach(() => world.dispose());

  it.each([...SETTINGS.map((one) => [one]), ALL])('for the user: %s', async (...settings) => {
    for (const setting of settings) await world.sql(`ALTER ROLE $U SET ${setting}`);
    await world.rotate();
    await world.rotate();
    expect(await world.isAlive()).toBe(true);
  });

  it('for the database: all of it at once', async () => {
    const { client, name } = database();
    for (const setting of ALL) await run(client, `ALTER DATABASE ${name} SET ${setting}`);
    try {
      await world.rotate();
    } finally {
      await run(client, `ALTER DATABASE ${name} RESET ALL`);
      await run(
        client,
        `ALTER DATABASE ${name} SET search_path = "$user", public, redshift_stand_in`,
      );
    }
    expect(await world.isAlive()).toBe(true);
  });
});

it('a session that can take a change back outlives the time for idle sessions', async () => {
  const sleeps = queryCheck({ name: 'takes its time', sql: 'SELECT pg_sleep(1.2)' });
  const world = new RotationWorld(database(), { way: 'single user', checks: [sleeps] });
  await world.makeUser();
  await world.sql(`ALTER ROLE $U SET idle_session_timeout = '1s'`);
  const before = shared.logPosition();
  await world.rotate();
  expect(await shared.log(await before)).not.toContain('idle-session timeout');
  expect(await world.isAlive()).toBe(true);
  await world.dispose();
});
