import {
  alternatingUsers,
  type AlternatingUsersOptions,
  type DatabaseSession,
  type Permission,
  type RotationSettings,
} from '../../../src/index.js';
import type { CallHook } from '@keyturn/testkit/faults';
import { otherDatabases } from '../../../src/strategies/permissions/survey-databases.js';
import { RotationFixture } from '../../support/rotation-fixture.js';
import { FIELDS } from '../../support/values.js';

const SELECT: Permission = {
  kind: 'relation',
  schema: 'shop',
  relation: 'orders',
  privilege: 'SELECT',
  grantable: true,
};
const USAGE: Permission = { kind: 'schema', schema: 'shop', privilege: 'USAGE', grantable: false };

/** The clone is current, and the original about to be made so. */
async function later(options: AlternatingUsersOptions = {}, settings: RotationSettings = {}) {
  const fixture = new RotationFixture({ strategy: alternatingUsers(options), settings });
  fixture.database.grant(fixture.address, 'sheep', [SELECT, USAGE]);
  await fixture.rotate('first-clone');
  fixture.begin('second');
  await fixture.run('createSecret', 'second');
  return fixture;
}

/** The server gets another database. */
function addDatabase({ database, address }: RotationFixture, name: string): void {
  const { servers, ...rest } = database.snapshot();
  const place = `${address.host}:${address.port}`;
  const server = database.server(address);
  const databases = [...server.databases, name];
  database.restore({ ...rest, servers: { ...servers, [place]: { ...server, databases } } });
}

/** A user's permissions in the secret's database. */
function permissionsOf(fixture: RotationFixture, name: string): readonly Permission[] {
  const user = fixture.database.server(fixture.address).users[name];
  return [...(user?.clusterWide ?? []), ...(user?.inDatabase[FIELDS.dbname] ?? [])];
}

describe('the permissions of the alternate', () => {
  it('says from whom to revoke what the alternate has beyond', async () => {
    const fixture = await later();
    fixture.database.grant(fixture.address, 'sheep', [{ ...USAGE, schema: 'extra' }]);
    await fixture.run('setSecret', 'second');
    const [extra] = fixture.observer.named('permissions.extra');
    expect(extra?.note).toContain('revoke it from both');
    expect(extra?.revoke.map((sql) => sql.split(' FROM ')[1])).toEqual(['sheep', 'sheep_clone']);
  });

  it('takes away what goes beyond only where reconciling the original is allowed', async () => {
    const extra: Permission = { ...USAGE, schema: 'extra' };
    for (const reconcileOriginal of [false, true]) {
      const settings = { permissions: 'reconcile', reconcileOriginal } as const;
      const fixture = await later({}, settings);
      fixture.database.grant(fixture.address, 'sheep', [extra]);
      await fixture.run('setSecret', 'second');
      expect(
        permissionsOf(fixture, 'sheep').some(
          (right) => 'schema' in right && right.schema === 'extra',
        ),
      ).toBe(!reconcileOriginal);
      expect(fixture.observer.named('permissions.revoked')).toHaveLength(reconcileOriginal ? 1 : 0);
      expect(fixture.observer.named('permissions.extra')).toHaveLength(reconcileOriginal ? 0 : 1);
    }
  });

  it('takes nothing away where it would be more than allowed, says so, and goes on', async () => {
    const settings = { permissions: 'reconcile', reconcileOriginal: true, maxRevokes: 1 } as const;
    const fixture = await later({}, settings);
    const extra = ['one', 'two'].map((schema): Permission => ({ ...USAGE, schema }));
    fixture.database.grant(fixture.address, 'sheep', extra);
    await fixture.run('setSecret', 'second');
    expect(fixture.observer.named('permissions.extra')).toMatchObject([
      { reason: 'too-many', permissions: extra },
    ]);
    expect(permissionsOf(fixture, 'sheep')).toEqual(expect.arrayContaining(extra));
  });

  it('looks into every database of the cluster, or into those named', async () => {
    const elsewhere: Permission = { ...SELECT, relation: 'elsewhere' };
    for (const permissionDatabases of [undefined, [FIELDS.dbname]]) {
      const fixture = await later({}, { permissionDatabases });
      addDatabase(fixture, 'dev');
      fixture.database.grant({ ...fixture.address, database: 'dev' }, 'sheep_clone', [elsewhere]);
      await fixture.run('setSecret', 'second');
      const { inDatabase } = fixture.database.server(fixture.address).users['sheep'] ?? {};
      expect(inDatabase?.['dev'] ?? []).toEqual(permissionDatabases ? [] : [elsewhere]);
    }
  });

  it('stops before another database when too little time is left, and says how far it came', async () => {
    const fixture = await later();
    for (const database of [FIELDS.dbname, 'dev']) {
      const address = { ...fixture.address, database };
      fixture.database.grant(address, 'sheep_clone', [{ ...USAGE, schema: 'new' }]);
    }
    const slowly: CallHook = {
      after({ method }) {
        if (method === 'grantPermissions') return fixture.clock.sleep(26_000);
      },
    };
    const engine = fixture.engine(slowly);
    const deadline = fixture.clock.now() + 30_000;
    const error = await fixture.failure('setSecret', 'second', { engine, deadline });
    expect(error).toMatchObject({ code: 'KEYTURN_PERMISSIONS_INCOMPLETE', retryable: true });
    expect(error.message).toMatch(
      /not complete in 1 of the databases, the next being "dev".*; 1 were granted/,
    );
    expect(fixture.isAlive('first')).toBe(true);
  });
});

describe('the other databases', () => {
  const server = ['dev', 'zoo', 'shop', 'barn'];
  const asked = async (limit?: readonly string[]) => {
    let questions = 0;
    const listDatabases = async () => {
      questions += 1;
      return server;
    };
    const session = { listDatabases } as unknown as DatabaseSession;
    return { ...(await otherDatabases({ session, database: 'dev' }, limit)), questions };
  };

  it('are all others in the order of their names, or those that the settings name', async () => {
    expect(await asked()).toMatchObject({ present: ['barn', 'shop', 'zoo'], absent: [] });
    expect(await asked(['zoo', 'dev', 'gone'])).toMatchObject({
      present: ['zoo'],
      absent: ['gone'],
    });
  });

  it('are not asked for where the settings name the secret’s own alone', async () => {
    expect(await asked(['dev'])).toEqual({ present: [], absent: [], questions: 0 });
    expect((await asked(['dev', 'zoo'])).questions).toBe(1);
  });
});
