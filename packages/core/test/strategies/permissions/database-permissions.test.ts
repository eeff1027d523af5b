import { KeyturnError, type OwnedObject, type Permission } from '../../../src/index.js';
import { PermissionSession } from '../../support/permission-session.js';

const usage = (schema: string): Permission => ({
  kind: 'schema',
  schema,
  privilege: 'USAGE',
  grantable: false,
});
const staff: Permission = { kind: 'group', group: 'staff', grantable: false };
const keeper: Permission = { kind: 'role', role: 'keeper', grantable: false };
const column: Permission = {
  kind: 'column',
  schema: 'shop',
  relation: 'orders',
  column: 'id',
  privilege: 'SELECT',
  grantable: false,
};
const relation: Permission = {
  kind: 'relation',
  schema: 'shop',
  relation: 'orders',
  privilege: 'SELECT',
  grantable: false,
};
const hidden = (kind: Permission['kind']) => ({ kind, reason: 'hidden' });
const table = (name: string): OwnedObject => ({ type: 'relation', container: 'shop', name });

describe('permissions that are missing', () => {
  it('are given memberships first, and reported with user and database', async () => {
    const pair = new PermissionSession({ permissions: [usage('a'), keeper, staff] }, {});
    await pair.sync();
    const given = pair.asked('grantPermissions').flatMap(({ permissions }) => permissions ?? []);
    expect(given).toEqual([keeper, staff, usage('a')]);
    expect(pair.named('permissions.granted')).toEqual([
      { name: 'permissions.granted', user: 'app_clone', database: 'dev', permissions: given },
    ]);
  });

  it('are asked for among those of groups and roles, of the missing kinds only', async () => {
    const pair = new PermissionSession({ permissions: [usage('a')] }, { permissions: [staff] });
    await pair.sync();
    const [asked] = pair.asked('readInherited');
    expect(asked).toMatchObject({ kinds: ['schema'], memberships: [staff] });
  });

  it('are not asked for among those of groups where only a membership is missing, or all is to be equal', async () => {
    const member = new PermissionSession({ permissions: [staff] }, {});
    await member.sync();
    const exact = new PermissionSession({ permissions: [usage('a')] }, {}, [usage('a')]);
    await exact.sync({ permissions: 'reconcile' });
    for (const pair of [member, exact]) expect(pair.asked('readInherited')).toEqual([]);
    expect(exact.of('app_clone').permissions).toEqual([usage('a')]);
  });

  it('are not given but reported where they come through a group, on a column also through its table', async () => {
    const pair = new PermissionSession({ permissions: [column] }, {}, [relation]);
    await pair.sync();
    expect(pair.of('app_clone').permissions).toEqual([]);
    expect(pair.named('permissions.flattened')).toEqual([
      {
        name: 'permissions.flattened',
        user: 'app_clone',
        database: 'dev',
        permissions: [column],
        revoke: ['REVOKE column FROM app_clone', 'REVOKE column FROM app'],
      },
    ]);
  });

  it('are read again by their kinds alone, beside what was read of the others', async () => {
    const extra = usage('extra');
    const pair = new PermissionSession(
      { permissions: [staff, usage('a')] },
      { permissions: [extra, staff], notChecked: [hidden('model')] },
    );
    await pair.sync();
    expect(pair.asked('readPermissions').at(-1)).toMatchObject({ kinds: ['schema'] });
    expect(pair.asked('readPermissions')).toHaveLength(3);
    const [reported] = pair.named('permissions.extra');
    expect(reported?.permissions).toEqual([extra]);
  });

  it('that stay missing fail the attempt, with the numbers', async () => {
    const pair = new PermissionSession({ permissions: [usage('a'), usage('b')] }, {});
    pair.before = ({ method }) => {
      // Somebody takes one of them away whenever it was given.
      const held = pair.of('app_clone').permissions;
      if (method === 'readPermissions') pair.change('app_clone', { permissions: held.slice(0, 1) });
    };
    const failed = pair.sync();
    await expect(failed).rejects.toMatchObject({
      code: 'KEYTURN_PERMISSIONS_INCOMPLETE',
      message: expect.stringContaining(
        'User "app_clone" still lacks 1 permissions in database "dev" after they were granted; 2 were granted in this attempt.',
      ) as string,
      remedy: expect.stringContaining('look for something that revokes them') as string,
    });
  });

  it('are given as long as there is time, and the rest is counted', async () => {
    const pair = new PermissionSession({ permissions: [usage('a'), staff] }, {});
    let looks = 0;
    const late = new KeyturnError({ code: 'KEYTURN_OUT_OF_TIME', message: 'Late.' });
    const requireTime = () => {
      if (++looks > 1) throw late;
    };
    const failed = pair.sync({}, { requireTime });
    await expect(failed).rejects.toMatchObject({
      code: 'KEYTURN_PERMISSIONS_INCOMPLETE',
      message: expect.stringContaining(
        'still lacks 1 permissions in database "dev" when too little time was left; 1 were granted',
      ) as string,
      remedy: expect.stringContaining('the next attempt has less to do') as string,
    });
    expect(pair.of('app_clone').permissions).toEqual([staff]);
  });

  it('are not given after any other failure', async () => {
    const pair = new PermissionSession({ permissions: [staff] }, {});
    const mistake = new TypeError('oops');
    const requireTime = () => {
      throw mistake;
    };
    await expect(pair.sync({}, { requireTime })).rejects.toBe(mistake);
  });
});

describe('what was found beside the permissions', () => {
  it('is reported once where both users hide it', async () => {
    const notChecked = [hidden('model'), hidden('datashare')];
    const pair = new PermissionSession({ notChecked }, { notChecked });
    await pair.sync();
    expect(pair.named('permissions.notChecked')).toEqual([
      { name: 'permissions.notChecked', user: 'app_clone', database: 'dev', kinds: notChecked },
    ]);
  });

  it('stops the rotation where it is about policies, unless the settings take the risk', async () => {
    for (const kind of ['row-policy', 'masking-policy'] as const) {
      const notChecked = [hidden('model'), hidden(kind), { kind, reason: 'too old' }];
      const pair = new PermissionSession({ notChecked, permissions: [staff] }, {});
      await expect(pair.sync()).rejects.toMatchObject({
        code: 'KEYTURN_PERMISSIONS_UNCHECKED',
        field: 'allowUncheckedPolicies',
        message: expect.stringContaining(
          `be checked: ${kind}: hidden; ${kind}: too old.`,
        ) as string,
      });
      expect(pair.of('app_clone').permissions).toEqual([]);
      await pair.sync({ allowUncheckedPolicies: true });
      expect(pair.of('app_clone').permissions).toEqual([staff]);
    }
  });

  it('is what belongs to either user: reported, ignored or refused', async () => {
    const owned = Array.from({ length: 21 }, (_, n) => table(`t${n}`));
    const pair = new PermissionSession({}, { owned });
    await pair.sync({ ownedObjects: 'ignore' });
    expect(pair.named('permissions.owned')).toEqual([]);
    await pair.sync();
    expect(pair.named('permissions.owned')).toEqual([
      { name: 'permissions.owned', database: 'dev', user: 'app_clone', objects: owned },
    ]);
    const failed = pair.sync({ ownedObjects: 'refuse' });
    const listed = owned.slice(0, 20).map(({ name }) => `relation shop.${name}`);
    await expect(failed).rejects.toMatchObject({
      code: 'KEYTURN_OWNED_OBJECTS',
      field: 'ownedObjects',
      message: expect.stringContaining(
        `21 objects belong to user "app_clone", which the other user can neither change nor drop: ${listed.join(', ')}.`,
      ) as string,
      remedy: expect.stringContaining('ALTER TABLE ... OWNER TO') as string,
    });
  });

  it('is what each of the two has yet to give the other, where the settings ask for that', async () => {
    const pair = new PermissionSession({}, {});
    await pair.sync({ mutualDefaultPrivileges: true });
    const given = pair.named('permissions.granted');
    expect(given.map(({ user, database }) => [user, database])).toEqual([
      ['app', 'dev'],
      ['app_clone', 'dev'],
    ]);
    expect(given[0]?.permissions[0]).toMatchObject({ kind: 'default-given', grantee: 'app_clone' });
  });
});

describe('permissions beyond', () => {
  const reconcile = { permissions: 'reconcile' } as const;
  const beyond = (...extra: Permission[]) =>
    new PermissionSession({ permissions: [staff] }, { permissions: [staff, ...extra] });

  it('are taken away, with what would restore them', async () => {
    const pair = beyond(usage('a'), relation);
    await pair.sync(reconcile);
    expect(pair.of('app_clone').permissions).toEqual([staff]);
    expect(pair.named('permissions.revoked')).toEqual([
      {
        name: 'permissions.revoked',
        user: 'app_clone',
        database: 'dev',
        permissions: [usage('a'), relation],
        restore: ['GRANT schema TO app_clone', 'GRANT relation TO app_clone'],
      },
    ]);
  });

  it('stay where any of the reads was not a superuser’s', async () => {
    for (const read of [1, 2, 3, 4]) {
      const pair = beyond(usage('a'));
      let reads = 0;
      pair.before = ({ method, user = '' }) => {
        if (method !== 'readPermissions') return;
        reads += 1;
        pair.change(user, { bySuperuser: reads !== read });
      };
      await pair.sync(reconcile);
      expect(pair.asked('revokePermissions')).toEqual([]);
    }
  });

  it('stay where only one of two reads has seen them', async () => {
    const pair = beyond(usage('a'), relation);
    let reads = 0;
    pair.before = ({ method }) => {
      if (method !== 'readPermissions' || ++reads !== 3) return;
      pair.change('app', { permissions: [staff, relation] });
    };
    await pair.sync(reconcile);
    const revoked = pair.asked('revokePermissions').flatMap(({ permissions }) => permissions ?? []);
    expect(revoked).toEqual([usage('a')]);

    const gone = beyond(usage('a'));
    gone.before = ({ method, user }) => {
      const again = gone.asked('readPermissions').length === 3;
      if (method === 'readPermissions' && user === 'app' && again) {
        gone.change('app_clone', { permissions: [staff] });
      }
    };
    await gone.sync(reconcile);
    expect(gone.asked('revokePermissions')).toEqual([]);
    expect(gone.named('permissions.revoked')).toEqual([]);
  });

  it('are given back by what was reported, even if taking them away failed halfway', async () => {
    const pair = beyond(usage('a'), relation);
    const mistake = new TypeError('the connection is lost');
    pair.before = ({ method }) => {
      if (method === 'revokePermissions') throw mistake;
    };
    const failed = pair.sync(reconcile);
    await expect(failed).rejects.toBe(mistake);
    const [revoked] = pair.named('permissions.revoked');
    expect(revoked?.restore).toEqual(['GRANT schema TO app_clone', 'GRANT relation TO app_clone']);
  });

  it('are not taken away without time for it', async () => {
    const pair = beyond(usage('a'));
    const requireTime = () => {
      throw new KeyturnError({ code: 'KEYTURN_OUT_OF_TIME', message: 'Late.' });
    };
    const failed = pair.sync(reconcile, { requireTime });
    await expect(failed).rejects.toMatchObject({
      code: 'KEYTURN_PERMISSIONS_INCOMPLETE',
      retryable: true,
    });
    expect(pair.asked('revokePermissions')).toEqual([]);
  });

  it('that do not go fail the attempt', async () => {
    const pair = beyond(usage('a'));
    pair.before = ({ method }) => {
      if (method !== 'readPermissions' || pair.asked('revokePermissions').length === 0) return;
      pair.change('app_clone', { permissions: [staff, usage('a')] });
      pair.change('app', { permissions: [staff, relation] });
    };
    const failed = pair.sync(reconcile);
    await expect(failed).rejects.toMatchObject({
      code: 'KEYTURN_PERMISSIONS_INCOMPLETE',
      message: expect.stringContaining('lacks 2 permissions in database "dev" after') as string,
    });
  });

  it('stay where they are too many over all databases, and are reported with the reason', async () => {
    for (const [maxRevokes, takes] of [
      [3, true],
      [2, false],
    ] as const) {
      const first = beyond(usage('a'));
      const second = beyond(usage('a'), relation);
      await first.sync(
        { ...reconcile, maxRevokes },
        {
          session: { ...first.session(), listDatabases: async () => ['dev', 'shop'] },
          openDatabase: async () => second.session(),
        },
      );
      for (const pair of [first, second]) {
        expect(pair.asked('revokePermissions')).toHaveLength(takes ? 1 : 0);
      }
      expect(first.named('permissions.extra')).toMatchObject(
        takes
          ? []
          : [
              { database: 'dev', reason: 'too-many', permissions: [usage('a')] },
              { database: 'shop', reason: 'too-many', permissions: [usage('a'), relation] },
            ],
      );
    }
  });

  it('are looked at as when nothing is taken away, in a kind that could not be read whole', async () => {
    const wanted = { permissions: [usage('a')], notChecked: [hidden('schema')] };
    const pair = new PermissionSession(wanted, {}, [usage('a')]);
    await pair.sync(reconcile);
    expect(pair.of('app_clone').permissions).toEqual([]);
    expect(pair.named('permissions.flattened')).toHaveLength(1);
  });

  it('of a kind that could not be read whole are only reported', async () => {
    for (const who of ['app', 'app_clone']) {
      const pair = beyond(usage('a'));
      pair.change(who, { notChecked: [hidden('schema')] });
      await pair.sync(reconcile);
      expect(pair.asked('revokePermissions')).toEqual([]);
      expect(pair.named('permissions.extra')).toMatchObject([
        { permissions: [usage('a')], reason: 'not-read-whole' },
      ]);
    }
  });
});
