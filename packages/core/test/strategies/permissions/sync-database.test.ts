import {
  DatabaseError,
  KeyturnError,
  type DatabaseSession,
  type Permission,
  type RotationSettings,
} from '../../../src/index.js';
import { prepareSync } from '../../../src/strategies/permissions/sync-permissions.js';
import type { ApplyContext } from '../../../src/ports/rotation-strategy.js';
import { resolved } from '../../support/values.js';
import { PermissionSession } from '../../support/permission-session.js';

const schema = (name: string): Permission => ({
  kind: 'schema',
  schema: name,
  privilege: 'USAGE',
  grantable: false,
});

/** A session in which both users have what is told for each time they are looked at. */
function scripted(has: Record<string, readonly (readonly Permission[])[]>) {
  const reads: string[] = [];
  const session = {
    readPermissions({ user }: { user: string }) {
      const turns = has[user] ?? [];
      const turn = reads.filter((name) => name === user).length;
      reads.push(user);
      const permissions = turns[Math.min(turn, turns.length - 1)] ?? [];
      return Promise.resolve({ permissions, notChecked: [], owned: [], bySuperuser: true });
    },
    readInherited: () => Promise.resolve([]),
    grantPermissions: () => Promise.resolve(),
    writeOut: () => Promise.resolve([]),
    listDatabases: () => Promise.resolve(['dev']),
  } as unknown as DatabaseSession;
  return { session, reads };
}

const context = (settings: RotationSettings = {}): ApplyContext =>
  ({
    ...{ settings: resolved(settings), report: () => undefined, requireTime: () => undefined },
    timeLeftMs: () => Infinity,
  }) as unknown as ApplyContext;

async function sync(session: DatabaseSession, given: ApplyContext = context()): Promise<void> {
  const prepared = await prepareSync(given, {
    ...{ session, database: 'dev', source: 'app', target: 'app_clone' },
    ...{ targetIsOriginal: false, targetExists: true, created: false, wasCurrent: true },
    requireMayCopy: () => Promise.resolve(),
    openDatabase: () => Promise.reject(new TypeError('there is no other database')),
  });
  await prepared.carryOut();
}

describe('one database, after permissions were granted', () => {
  it('is verified by reading the target again, and the source only once', async () => {
    const { session, reads } = scripted({
      app: [[schema('a')]],
      app_clone: [[], [schema('a')]],
    });
    await sync(session);
    expect(reads).toEqual(['app', 'app_clone', 'app_clone']);
  });

  it('is verified against what the source has now, where something seems to be missing', async () => {
    const { session, reads } = scripted({
      app: [[schema('a'), schema('dropped')], [schema('a')]],
      app_clone: [[], [schema('a')]],
    });
    await sync(session);
    expect(reads).toEqual(['app', 'app_clone', 'app_clone', 'app', 'app_clone']);
  });

  it('is not done while the target lacks what the source still has', async () => {
    const { session } = scripted({ app: [[schema('a')]], app_clone: [[]] });
    await expect(sync(session)).rejects.toMatchObject({
      code: 'KEYTURN_PERMISSIONS_INCOMPLETE',
    });
  });

  it('is read twice on both sides where permissions may be taken away, or were given to the source', async () => {
    for (const settings of [
      { permissions: 'reconcile' },
      { mutualDefaultPrivileges: true },
    ] as const) {
      const pair = new PermissionSession({ permissions: [schema('a')] }, {});
      await pair.sync(settings);
      const reads = pair.asked('readPermissions').map(({ user }) => user);
      expect(reads).toEqual(['app', 'app_clone', 'app', 'app_clone']);
    }
  });
});

describe('a batch of permissions that meets other rotations', () => {
  const conflict = () =>
    new DatabaseError({ code: 'KEYTURN_DATABASE_CONFLICT', message: 'Injected.', retryable: true });

  /** Grants fail with each error in turn, then succeed. */
  function failing(...errors: readonly Error[]) {
    const { session } = scripted({ app: [[schema('a')]], app_clone: [[], [schema('a')]] });
    let calls = 0;
    const grantPermissions = () => {
      const error = errors[calls++];
      return error === undefined ? Promise.resolve() : Promise.reject(error);
    };
    return { session: { ...session, grantPermissions }, calls: () => calls };
  }

  it('is begun again', async () => {
    const { session, calls } = failing(conflict(), conflict(), conflict());
    await sync(session);
    expect(calls()).toBe(4);
  });

  it('is given up after ten times with what the database said last', async () => {
    const errors = Array.from({ length: 11 }, () => conflict());
    const { session, calls } = failing(...errors);
    await expect(sync(session)).rejects.toBe(errors[9]);
    expect(calls()).toBe(10);
  });

  it('is not begun again without time for it, nor after any other error', async () => {
    const late = failing(conflict());
    const requireTime = () => {
      if (late.calls() > 0)
        throw new KeyturnError({ code: 'KEYTURN_OUT_OF_TIME', message: 'Late.' });
    };
    await expect(sync(late.session, { ...context(), requireTime })).rejects.toMatchObject({
      code: 'KEYTURN_PERMISSIONS_INCOMPLETE',
    });
    expect(late.calls()).toBe(1);

    const other = failing(new TypeError('a mistake'));
    await expect(sync(other.session)).rejects.toThrow(TypeError);
    expect(other.calls()).toBe(1);
  });
});
