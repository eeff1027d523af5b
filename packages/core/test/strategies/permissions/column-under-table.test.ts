import type { DatabaseSession, Permission } from '../../../src/index.js';
import { syncDatabase } from '../../../src/strategies/permissions/sync-database.js';
import { PermissionSession } from '../../support/permission-session.js';

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

/** As on Redshift: a right on a column has no effect where the whole table is open, which a column's right forbids. */
function columnsGoUnder(pair: PermissionSession): DatabaseSession {
  const session = pair.session();
  return {
    ...session,
    grantPermissions: ({ user, permissions }) => {
      const right = permissions.find(({ kind }) => kind === 'relation');
      const closed = pair.of(user).permissions.some(({ kind }) => kind === 'column');
      if (right && closed) throw new TypeError('a column has the right already');
      const open = pair.of(user).permissions.some(({ kind }) => kind === 'relation');
      const effective = permissions.filter(({ kind }) => !(open && kind === 'column'));
      return session.grantPermissions({ user, permissions: effective });
    },
  };
}

describe('a right on a column where the other user has the whole table', () => {
  const pairOf = () =>
    new PermissionSession({ permissions: [column] }, { permissions: [relation] });

  it('is not missing, and the right on the table is reported', async () => {
    const pair = pairOf();
    await syncDatabase(pair.context(), pair.request({ session: columnsGoUnder(pair) }));
    expect(pair.of('app_clone').permissions).toEqual([relation]);
    expect(pair.named('permissions.extra').map(({ permissions }) => permissions)).toEqual([
      [relation],
    ]);
  });

  it('is given once the table was closed, where all is to be equal', async () => {
    const pair = pairOf();
    const request = pair.request({ session: columnsGoUnder(pair), exact: true });
    await syncDatabase(pair.context({ permissions: 'reconcile' }), request);
    expect(pair.of('app_clone').permissions).toEqual([column]);
  });

  it('fails the attempt where the table stays open, because only one of two reads has seen it', async () => {
    const pair = pairOf();
    pair.before = ({ method }) => {
      if (method !== 'readPermissions' || pair.asked('readPermissions').length !== 3) return;
      pair.change('app', { permissions: [column, relation] });
    };
    const request = pair.request({ session: columnsGoUnder(pair), exact: true });
    await expect(
      syncDatabase(pair.context({ permissions: 'reconcile' }), request),
    ).rejects.toMatchObject({ code: 'KEYTURN_PERMISSIONS_INCOMPLETE' });
    expect(pair.asked('revokePermissions')).toEqual([]);
  });
});

describe('a right on a table where the other user has one on a column', () => {
  it('is given once that was taken away, where all is to be equal', async () => {
    const pair = new PermissionSession({ permissions: [relation] }, { permissions: [column] });
    const request = pair.request({ session: columnsGoUnder(pair), exact: true });
    await syncDatabase(pair.context({ permissions: 'reconcile' }), request);
    expect(pair.of('app_clone').permissions).toEqual([relation]);
    expect(pair.events.map(({ name }) => name)).toEqual([
      'permissions.revoked',
      'permissions.granted',
    ]);
    expect(request.progress).toEqual({ granted: 1, revoked: 1 });
  });
});
