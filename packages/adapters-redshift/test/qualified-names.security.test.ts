import { Sensitive } from '@keyturn/core';
import { uniqueName } from '@keyturn/testkit/postgres';
import { openingStatements } from '../src/index.js';
import { addRedshiftViews, recordingAdmin } from './support/as-redshift.js';
import { addressOf, shared, useDatabase } from './support/test-server.js';
import { WORK } from './support/fox-hunt.js';
import { unqualifiedNames } from './support/unqualified-names.js';
import { quoteIdentifier, quoteLiteral } from '../src/quoting.js';

const databases = { redshift: useDatabase(), postgres: useDatabase() };
beforeAll(() => addRedshiftViews(databases.redshift()));

describe('1: statements name what they read with its schema, under a path that is fixed first', () => {
  describe('every statement of keyturn’s own names what it reads with its schema', () => {
    it.each(['redshift', 'postgres'] as const)('as %s, whatever is done', async (dialect) => {
      const { admin, asked } = recordingAdmin(dialect);
      const outcome = await admin.signIn({
        address: addressOf(databases[dialect]()),
        user: shared.superuser.username,
        password: new Sensitive(shared.superuser.password),
        connectTimeoutMs: 10_000,
        statementTimeoutMs: 10_000,
      });
      if (outcome.kind === 'refused') throw new Error('refused');
      const user = uniqueName('lamb');
      await outcome.session.createUser({ user, password: new Sensitive('Baa-1.Black_Sheep') });
      for (const [, work] of WORK.slice(0, 3)) await work(outcome.session, user);
      const { username } = shared.superuser;
      await outcome.session.readPermissions({ user: username });
      await outcome.session.readInherited({
        memberships: [
          { kind: 'role', role: 'keeper', grantable: false },
          { kind: 'group', group: 'staff', grantable: false },
        ],
      });
      await outcome.session.dropUser({ user });
      await outcome.session.close();

      const views = dialect === 'redshift' ? 'pg_catalog' : 'redshift_stand_in';
      expect(asked.filter((sql) => sql.includes(`${views}.svv_`)).length).toBeGreaterThan(14);
      expect(asked.flatMap(unqualifiedNames)).toEqual([]);
    });

    it.each([
      ['SELECT usename FROM pg_user', ['pg_user']],
      ['SELECT a.x FROM s.a a, b WHERE true', ['b']],
      ['SELECT a.x FROM s.a a JOIN c ON true', ['c']],
      ['SELECT version()', ['version()']],
      ['SELECT \'FROM x\', f(\'y\') FROM "s"."t"', ['f()']],
      ['SELECT pg_catalog.f(1) FROM (SELECT 1 FROM pg_catalog.t) w', []],
    ])('which %j is held to', (sql, unqualified) => {
      expect(unqualifiedNames(sql)).toEqual(unqualified);
    });
  });

  describe('the path is fixed before anything is looked up, in the message that sets the time-out', () => {
    const FIXED =
      'SET search_path TO pg_catalog, pg_temp; SET statement_timeout TO 1234; SET DateStyle TO ISO';
    const OWN = 'SET ROLE NONE; SET default_transaction_read_only TO off; SET lock_timeout TO 0';
    it.each([
      [undefined, '8.0.2', FIXED],
      ['administration', '8.0.2', FIXED],
      ['administration', undefined, FIXED],
      ['administration', '13.23', `${FIXED}; ${OWN}`],
      [
        'administration',
        '15.18 (Debian 15.18-0+deb12u1)',
        `${FIXED}; ${OWN}; SET idle_session_timeout TO 0`,
      ],
      [
        'administration',
        '18.4',
        `${FIXED}; ${OWN}; SET idle_session_timeout TO 0; SET transaction_timeout TO 0`,
      ],
      ['checks', '8.0.2', 'SET statement_timeout TO 1234'],
      ['checks', '18.4', 'SET statement_timeout TO 1234'],
    ] as const)('for the purpose %s on version %s', (purpose, version, text) => {
      expect(openingStatements({ purpose, statementTimeoutMs: 1234.5 }, version)).toBe(text);
    });
  });

  // Whoever owns a database may set standard_conforming_strings there, so that a backslash escapes what follows.
  it.each([
    ['a backslash at the end', 'x\\'],
    ['a backslash before a quotation mark', "x\\'; DROP USER boss; --"],
    ['a backslash in letters of its own', 'x\\047; DROP USER boss; --'],
    ['a backslash among doubled marks', "''\\''"],
    ['a NUL', "x\0'"],
    ['a line break', "x\n'; DROP USER boss; --"],
    ['half of a pair', "x\ud800'"],
    ['a line separator', "x\u2028'"],
  ])('puts no name with %s into a statement, however a database reads texts', (_, evil) => {
    const refused = { code: 'KEYTURN_DATABASE_STATEMENT_FAILED' };
    for (const quote of [quoteIdentifier, quoteLiteral]) {
      let thrown: unknown;
      try {
        quote(evil);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toMatchObject(refused);
    }
  });
});
