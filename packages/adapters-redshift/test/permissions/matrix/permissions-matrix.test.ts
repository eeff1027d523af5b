import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useDatabase } from '../../support/test-server.js';
import { CHECKS } from './checks.js';
import { PermissionWorld } from './world.js';

const results: { name: string; right: boolean; said: string }[] = [];
/** What became of each drift: the pair is equal again, or it was only reported; `failed` is neither. */
const drift: { policy: string; name: string; outcome: Outcome | 'failed' }[] = [];
type Outcome = 'equal' | 'reported';

afterAll(() => {
  const reports = process.env['KEYTURN_REPORTS'];
  if (reports === undefined) return;
  mkdirSync(reports, { recursive: true });
  const right = results.filter((each) => each.right).length;
  const summary = { right, of: results.length, results, drift };
  writeFileSync(join(reports, 'permissions-matrix.json'), JSON.stringify(summary, undefined, 2));
});

describe('the clone', () => {
  const database = useDatabase();
  describe('can and cannot', () => fidelity(database));
});

/** Within a `describe` of its own, so that the world goes before its database. */
function fidelity(database: ReturnType<typeof useDatabase>): void {
  let world: PermissionWorld;

  beforeAll(async () => {
    world = new PermissionWorld(database());
    await world.makeUser();
    await world.sql('CREATE SCHEMA m; GRANT USAGE ON SCHEMA m TO $U');
    for (const { given } of CHECKS) if (given !== '') await world.sql(given);
    await world.rotate();
  });
  afterAll(() => world.dispose());

  it.each(CHECKS)('$name', async ({ name, statement, allowed }) => {
    const said = await world.tries(statement);
    results.push({ name, right: (said === 'done') === allowed, said });

    expect(said)[allowed ? 'toBe' : 'toMatch'](allowed ? 'done' : /permission denied/);
  });

  it('has no direct table permission that its original has not', async () => {
    const count = async (user: string) =>
      await world.sql(
        `SELECT count(*) FROM svv_relation_privileges WHERE identity_name = '${user}' AND relation_name NOT LIKE 'mv_tbl__%'`,
      );

    expect(await count(world.clone)).toEqual(await count(world.user));
  });
}

describe('a second database', () => {
  const first = useDatabase();
  const second = useDatabase();

  it('is made right as well, with permissions of its own', async () => {
    const world = new PermissionWorld(first());
    await world.makeUser();
    await world.sql(`INSERT INTO redshift_stand_in.stand_in_databases VALUES ('${second().name}')`);
    await second().client.query(
      world.named('CREATE TABLE elsewhere (id int); GRANT SELECT ON elsewhere TO $U'),
    );
    await world.rotate();
    const said = await world.tries('SELECT * FROM elsewhere', second());
    await second().client.query(world.named('DROP OWNED BY $U; DROP OWNED BY $C'));
    await world.dispose();

    expect(said).toBe('done');
  });
});

describe.each(['add-missing', 'reconcile'] as const)('drift under %s', (permissions) => {
  const database = useDatabase();
  const exact = permissions === 'reconcile';
  let world: PermissionWorld;

  beforeEach(async () => {
    world = new PermissionWorld(database(), { permissions, reconcileOriginal: exact });
    await world.makeUser();
    await world.sql('CREATE TABLE $U_t (id int); GRANT SELECT ON $U_t TO $U');
    await world.rotate();
  });
  afterEach(() => world.dispose());

  /** `added` is what `add-missing` makes of it; `reconcile` makes the pair equal each time. */
  const drifts = (name: string, added: Outcome, check: () => Promise<void>): void => {
    it(name, async () => {
      const entry: (typeof drift)[number] = { policy: permissions, name, outcome: 'failed' };
      drift.push(entry);
      await check();
      if (exact) expect(await world.permissionsOf('$U')).toEqual(await world.permissionsOf('$C'));
      entry.outcome = exact ? 'equal' : added;
    });
  };

  drifts('what is given to the clone later reaches the original', 'equal', async () => {
    await world.sql('GRANT DELETE ON $U_t TO $C');
    await world.rotate();
    expect(await world.tries('DELETE FROM $U_t')).toBe('done');
  });

  drifts(
    'what is given to the original while the clone is current is reported or taken away',
    'reported',
    async () => {
      await world.sql('GRANT DELETE ON $U_t TO $U');
      await world.rotate();
      expect(await world.tries('DELETE FROM $U_t')).toMatch(exact ? /permission denied/ : /^done$/);
      expect(world.observer.named('permissions.extra')).toHaveLength(exact ? 0 : 1);
      if (exact) return;
      // What was added is with both after the second rotation.
      await world.rotate();
      expect(await world.tries('DELETE FROM $U_t')).toBe('done');
      expect(await world.permissionsOf('$U')).toEqual(await world.permissionsOf('$C'));
    },
  );

  drifts(
    'what is revoked from the clone is taken from the original, or reported with the REVOKE',
    'reported',
    async () => {
      await world.sql('REVOKE SELECT ON $U_t FROM $C');
      await world.rotate();
      expect(await world.tries('SELECT * FROM $U_t')).toMatch(
        exact ? /permission denied/ : /^done$/,
      );
      const extra = world.observer.named('permissions.extra').flatMap(({ revoke }) => revoke);
      const revoke = world.named('REVOKE SELECT ON TABLE "public"."$U_t" FROM "$U"');
      expect(extra.includes(revoke)).toBe(!exact);
    },
  );

  drifts(
    'what is revoked from PUBLIC is gone for both, since nobody was given it directly',
    'equal',
    async () => {
      await world.sql('CREATE TABLE $U_p (id int); GRANT SELECT ON $U_p TO PUBLIC');
      await world.rotate();
      await world.sql('REVOKE SELECT ON $U_p FROM PUBLIC');
      await world.rotate();
      expect(await world.tries('SELECT * FROM $U_p')).toMatch(/permission denied/);
    },
  );

  drifts(
    'a user that leaves a group takes its alternate along, or is reported',
    'reported',
    async () => {
      await world.sql(
        `CREATE GROUP $U_g; CREATE TABLE $U_for_group (id int); GRANT SELECT ON $U_for_group TO GROUP $U_g;
       ALTER GROUP $U_g ADD USER $U; ALTER GROUP $U_g ADD USER $C`,
      );
      await world.sql('ALTER GROUP $U_g DROP USER $C');
      await world.rotate();
      expect(await world.tries('SELECT * FROM $U_for_group')).toMatch(
        exact ? /permission denied/ : /^done$/,
      );
      const extra = world.observer.named('permissions.extra');
      expect(extra).toHaveLength(exact ? 0 : 1);
      expect(world.observer.named('permissions.revoked')).toHaveLength(exact ? 1 : 0);
    },
  );
});

describe('a clone that a template made', () => {
  const database = useDatabase();

  it('passes none of its flattened permissions to the original, and takes nothing from it', async () => {
    const world = new PermissionWorld(database(), { permissions: 'reconcile' });
    await world.makeUser();
    await world.rotate();
    // As the template leaves it: what comes through a group as a direct permission, and most else missing.
    await world.sql(
      `CREATE GROUP $U_g; CREATE TABLE m_g (id int); GRANT SELECT ON m_g TO GROUP $U_g;
       ALTER GROUP $U_g ADD USER $U; GRANT SELECT ON m_g TO $C;
       CREATE TABLE m_own (id int); GRANT SELECT ON m_own TO $U`,
    );
    await world.rotate();
    const own = await world.tries('SELECT * FROM m_own');
    const [direct] = await world.sql(
      `SELECT count(*)::int AS n FROM svv_relation_privileges WHERE identity_name = '$U' AND relation_name = 'm_g'`,
    );
    const flattened = world.observer.named('permissions.flattened');
    await world.dispose();

    expect(own).toBe('done');
    expect(direct).toEqual({ n: 0 });
    expect(flattened).toHaveLength(1);
  });
});
