import { InMemoryDatabase } from '@keyturn/testkit/fakes';
import {
  planPermissions,
  Sensitive,
  type DatabaseSession,
  type Permission,
  type RotationSettings,
} from '../../../src/index.js';

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
    settings,
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
