import { InMemoryDatabase } from '@keyturn/testkit/fakes';
import {
  KeyturnError,
  planPermissions,
  Sensitive,
  type DatabaseSession,
  type Permission,
  type PermissionSnapshot,
  type PlanPermissionsRequest,
  type RotationSettings,
} from '../../../src/index.js';
import { PermissionSession } from '../../support/permission-session.js';
import { resolved } from '../../support/values.js';

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

  it('stops in the database where it becomes too much', async () => {
    const [first, second] = await planned();
    expect(first?.stopsWith).toBeUndefined();
    expect(second?.stopsWith).toMatchObject({ code: 'KEYTURN_TOO_MANY_REVOKES' });
    expect(second?.stopsWith?.message).toContain('takes away 4 rights, more than the 3 allowed');
  });

  it('is nothing where the superuser is none, for whom it is merely beyond', async () => {
    for (const plan of await planned({}, { bySuperuser: false })) {
      expect(plan.revoke).toEqual([]);
      expect(plan.extra.map(({ permission }) => permission)).toEqual(extra);
      expect(plan.stopsWith).toBeUndefined();
    }
  });

  it('is nothing for a user that does not exist yet, and no statement names it', async () => {
    const [plan] = await planned({ settings: resolved(), targetExists: false });
    expect(plan?.revokeExtra).toEqual(['REVOKE schema FROM app', 'REVOKE schema FROM app']);
  });

  it('does not stop for rights that may not be copied as long as none is missing', async () => {
    const copyRefusal = new KeyturnError({ code: 'KEYTURN_NO_PROOF_OF_OWNERSHIP', message: 'No.' });
    const settings = resolved({ mutualDefaultPrivileges: true });
    const [none] = await planned({ settings: resolved(), copyRefusal });
    expect(none?.stopsWith).toBeUndefined();
    const [mutual] = await planned({ settings, copyRefusal });
    expect(mutual?.mutual.map(({ user }) => user)).toEqual(['app', 'app_clone']);
    expect(mutual?.stopsWith).toBe(copyRefusal);
  });
});
