import type { DatabaseSession, Permission } from '../../../src/index.js';
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

/** As on Redshift: a permission on a column has no effect where the whole table is open, which a column's permission forbids. */
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

describe('a permission on a column where the other user has the whole table', () => {
  const pairOf = () =>
    new PermissionSession({ permissions: [column] }, { permissions: [relation] });

  it('is not missing, and the right on the table is reported', async () => {
    const pair = pairOf();
    await pair.sync({}, { session: columnsGoUnder(pair) });
    expect(pair.of('app_clone').permissions).toEqual([relation]);
    expect(pair.named('permissions.extra').map(({ permissions }) => permissions)).toEqual([
      [relation],
    ]);
  });

  it('is given once the table was closed, where all is to be equal', async () => {
    const pair = pairOf();
    await pair.sync({ permissions: 'reconcile' }, { session: columnsGoUnder(pair) });
    expect(pair.of('app_clone').permissions).toEqual([column]);
  });

  it('is left alone where the table stays open, because only one of two reads has seen it', async () => {
    const extra: Permission = { kind: 'group', group: 'staff', grantable: false };
    const pair = new PermissionSession({ permissions: [column] }, { permissions: [extra, column] });
    pair.before = ({ method }) => {
      if (method !== 'readPermissions' || pair.asked('readPermissions').length !== 3) return;
      pair.change('app_clone', { permissions: [extra, relation] });
    };
    await pair.sync({ permissions: 'reconcile' }, { session: columnsGoUnder(pair) });
    expect(pair.asked('grantPermissions')).toEqual([]);
    expect(pair.of('app_clone').permissions).toEqual([relation]);
    expect(pair.named('permissions.extra')).toMatchObject([
      { reason: 'seen-once', permissions: [relation] },
    ]);
  });
});

describe('a permission on a table where the other user has one on a column', () => {
  it('takes its place under every policy, since what the other user may do only grows', async () => {
    for (const permissions of ['add-missing', 'reconcile'] as const) {
      const pair = new PermissionSession({ permissions: [relation] }, { permissions: [column] });
      const maxRevokes = permissions === 'reconcile' ? 0 : undefined;
      await pair.sync({ permissions, maxRevokes }, { session: columnsGoUnder(pair) });
      expect(pair.of('app_clone').permissions).toEqual([relation]);
      expect(pair.named('permissions.extra')).toEqual([]);
      expect(pair.named('permissions.revoked')).toMatchObject([{ permissions: [column] }]);
    }
  });

  it('is given once that was taken away, where all is to be equal', async () => {
    const pair = new PermissionSession({ permissions: [relation] }, { permissions: [column] });
    const session = columnsGoUnder(pair);
    expect(await pair.sync({ permissions: 'reconcile' }, { session })).toBe(1);
    expect(pair.of('app_clone').permissions).toEqual([relation]);
    expect(pair.events.map(({ name }) => name)).toEqual([
      'permissions.revoked',
      'permissions.granted',
    ]);
  });
});
