import {
  DatabaseError,
  KeyturnError,
  type DatabaseSession,
  type Permission,
  type RotationSettings,
} from '../../../src/index.js';
import { syncDatabase } from '../../../src/strategies/permissions/sync-database.js';
import type { ApplyContext } from '../../../src/ports/rotation-strategy.js';
import { resolved } from '../../support/values.js';

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
  } as unknown as DatabaseSession;
  return { session, reads };
}

const context = (settings: RotationSettings = {}): ApplyContext =>
  ({
    settings: resolved(settings),
    report: () => undefined,
    requireTime: () => undefined,
  }) as unknown as ApplyContext;

const request = (session: DatabaseSession, exact = false) => ({
  ...{ session, database: 'dev', source: 'app', target: 'app_clone', scope: 'all' as const },
  ...{ exact, progress: { granted: 0, revoked: 0 }, requireMayCopy: () => Promise.resolve() },
});

describe('one database, after rights were granted', () => {
  it('is verified by reading the target again, and the source only once', async () => {
    const { session, reads } = scripted({
      app: [[schema('a')]],
      app_clone: [[], [schema('a')]],
    });
    await syncDatabase(context(), request(session));
    expect(reads).toEqual(['app', 'app_clone', 'app_clone']);
  });

  it('is verified against what the source has now, where something seems to be missing', async () => {
    const { session, reads } = scripted({
      app: [[schema('a'), schema('dropped')], [schema('a')]],
      app_clone: [[], [schema('a')]],
    });
    await syncDatabase(context(), request(session));
    expect(reads).toEqual(['app', 'app_clone', 'app_clone', 'app', 'app_clone']);
  });

  it('is not done while the target lacks what the source still has', async () => {
    const { session } = scripted({ app: [[schema('a')]], app_clone: [[]] });
    await expect(syncDatabase(context(), request(session))).rejects.toMatchObject({
      code: 'KEYTURN_PERMISSIONS_INCOMPLETE',
    });
  });

  it('is read twice on both sides where rights may be taken away, or were given to the source', async () => {
    for (const [settings, exact] of [
      [{}, true],
      [{ mutualDefaultPrivileges: true }, false],
    ] as const) {
      const { session, reads } = scripted({ app: [[schema('a')]], app_clone: [[], [schema('a')]] });
      await syncDatabase(context(settings), request(session, exact));
      expect(reads.filter((name) => name === 'app')).toHaveLength(2);
    }
  });
});

describe('a batch of rights that meets other rotations', () => {
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
    await syncDatabase(context(), request(session));
    expect(calls()).toBe(4);
  });

  it('is given up after ten times with what the database said last', async () => {
    const errors = Array.from({ length: 11 }, () => conflict());
    const { session, calls } = failing(...errors);
    await expect(syncDatabase(context(), request(session))).rejects.toBe(errors[9]);
    expect(calls()).toBe(10);
  });

  it('is not begun again without time for it, nor after any other error', async () => {
    const late = failing(conflict());
    const requireTime = () => {
      if (late.calls() > 0)
        throw new KeyturnError({ code: 'KEYTURN_OUT_OF_TIME', message: 'Late.' });
    };
    await expect(
      syncDatabase({ ...context(), requireTime }, request(late.session)),
    ).rejects.toMatchObject({ code: 'KEYTURN_PERMISSIONS_INCOMPLETE' });
    expect(late.calls()).toBe(1);

    const other = failing(new TypeError('a mistake'));
    await expect(syncDatabase(context(), request(other.session))).rejects.toThrow(TypeError);
    expect(other.calls()).toBe(1);
  });
});
