import { InMemoryDatabase } from '@keyturn/testkit/fakes';
import {
  KeyturnError,
  Sensitive,
  type DatabaseSession,
  type Permission,
  type RotationSettings,
} from '../../../src/index.js';
import {
  planPermissions,
  type PlanPermissionsRequest,
} from '../../../src/strategies/permissions/plan-permissions.js';
import type { PermissionSnapshot } from '../../../src/adapter/index.js';
import { resolved } from '../../support/values.js';
import { PermissionSession } from '../../support/permission-session.js';

const usage = (schema: string): Permission => ({
  kind: 'schema',
  schema,
  privilege: 'USAGE',
  grantable: false,
});

async function plan(settings: RotationSettings) {
  const database = new InMemoryDatabase();
  const address = database.addServer({
    host: 'db.example',
    port: 5439,
    databases: ['dev', 'shop'],
  });
  const password = 'Baa-1.Black_Sheep';
  database.putUser(address, { name: 'root', password, superuser: true });
  for (const name of ['sheep', 'sheep_clone']) database.putUser(address, { name, password });
  database.grant(address, 'sheep', [usage('a')]);
  database.grant({ ...address, database: 'shop' }, 'sheep', [usage('b')]);
  database.grant(address, 'sheep_clone', [usage('extra')]);
  const openDatabase = async (name: string): Promise<DatabaseSession> => {
    const outcome = await database.signIn({
      address: { ...address, database: name },
      user: 'root',
      password: new Sensitive(password),
      connectTimeoutMs: 1,
      statementTimeoutMs: 1,
    });
    if (outcome.kind === 'refused') throw new Error('refused');
    return outcome.session;
  };
  const session = await openDatabase('dev');
  const before = database.server(address);
  const plans = await planPermissions({
    session,
    database: 'dev',
    source: 'sheep',
    target: 'sheep_clone',
    targetIsOriginal: false,
    settings: resolved(settings),
    openDatabase,
  });
  await session.close();
  expect(database.server(address)).toEqual(before);
  expect(database.openSessions).toBe(0);
  return plans;
}

describe('a plan of permissions', () => {
  it('tells for every database what would be given, and changes nothing', async () => {
    expect(await plan({})).toMatchObject([
      { database: 'dev', grant: [usage('a')], revoke: [], extra: [{ permission: usage('extra') }] },
      { database: 'shop', grant: [usage('b')], revoke: [] },
    ]);
  });

  it('tells under reconcile what would be taken away, with the statements', async () => {
    const [first] = await plan({ permissions: 'reconcile' });
    expect(first).toMatchObject({ revoke: [{ permission: usage('extra') }], extra: [] });
    expect(first?.statements).toHaveLength(2);
  });
});

describe('a plan of what would be taken away', () => {
  const extra = [usage('a'), usage('b')];
  const planned = async (
    more: Partial<PlanPermissionsRequest> = {},
    held: Partial<PermissionSnapshot> = {},
  ) => {
    const pairs = [1, 2].map(() => new PermissionSession({}, { permissions: extra, ...held }));
    const [first, second] = pairs.map((pair) => ({
      ...pair.session(),
      listDatabases: async () => ['dev', 'shop'],
      close: async () => undefined,
    }));
    return planPermissions({
      session: first as DatabaseSession,
      database: 'dev',
      source: 'app',
      target: 'app_clone',
      targetIsOriginal: false,
      settings: resolved({ permissions: 'reconcile', maxRevokes: 3 }),
      openDatabase: async () => second as DatabaseSession,
      ...more,
    });
  };

  it('is nothing in any database where all together are too many', async () => {
    for (const plan of await planned()) {
      expect(plan).toMatchObject({ revoke: [], staysBecause: ['too-many'], statements: [] });
      expect(plan.extra.map(({ permission }) => permission)).toEqual(extra);
      expect(plan.stopsWith).toBeUndefined();
    }
    const settings = resolved({ permissions: 'reconcile', maxRevokes: 4 });
    for (const plan of await planned({ settings })) {
      expect(plan).toMatchObject({ extra: [], staysBecause: [] });
      expect(plan.revoke.map(({ permission }) => permission)).toEqual(extra);
    }
  });

  it('is nothing where the superuser is none, for whom it is merely beyond', async () => {
    for (const plan of await planned({}, { bySuperuser: false })) {
      expect(plan.revoke).toEqual([]);
      expect(plan.extra.map(({ permission }) => permission)).toEqual(extra);
      expect(plan.stopsWith).toBeUndefined();
    }
  });

  it('is nothing for a user that does not exist yet, of which nothing is read', async () => {
    const [plan] = await planned({ targetExists: false });
    expect(plan).toMatchObject({ revoke: [], extra: [], revokeExtra: [] });
  });

  it('does not stop for permissions that may not be copied as long as none is missing', async () => {
    const copyRefusal = new KeyturnError({ code: 'KEYTURN_NO_PROOF_OF_OWNERSHIP', message: 'No.' });
    const settings = resolved({ mutualDefaultPrivileges: true });
    const [none] = await planned({ settings: resolved(), copyRefusal });
    expect(none?.stopsWith).toBeUndefined();
    const [mutual] = await planned({ settings, copyRefusal });
    expect(mutual?.mutual.map(({ user }) => user)).toEqual(['app', 'app_clone']);
    expect(mutual?.stopsWith).toBe(copyRefusal);
  });
});
