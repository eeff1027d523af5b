import {
  mirrorPermissions,
  mutualDefaults,
} from '../../../src/domain/permissions/mirror-permissions.js';
import { PERMISSION_SCOPE, type Permission } from '../../../src/domain/permissions/permission.js';

const pair = { source: 'app', target: 'app_clone' };
const common = {
  schema: 'shop',
  objects: 'TABLES',
  privilege: 'SELECT',
  grantable: false,
} as const;
const received = (owner: string): Permission => ({ ...common, kind: 'default-received', owner });
const given = (grantee: string, granteeType: 'user' | 'group' = 'user'): Permission => ({
  ...common,
  kind: 'default-given',
  grantee,
  granteeType,
});
const mirrored = (permission: Permission) => mirrorPermissions([permission], pair)[0];

describe('permissions that become the other user’s', () => {
  it('turn round what the two give each other on future objects', () => {
    expect(mirrored(received('app_clone'))).toEqual(received('app'));
    expect(mirrored(given('app_clone'))).toEqual(given('app'));
  });

  it.each<Permission>([
    received('app'),
    received('owner'),
    given('app'),
    given('reader'),
    given('app_clone', 'group'),
    { kind: 'group', group: 'app_clone', grantable: false },
    { kind: 'setting', setting: 'owner', value: 'app_clone', grantable: false },
  ])('are otherwise the same: %j', (permission) => {
    expect(mirrored(permission)).toEqual(permission);
  });

  it('never name the target where a kind has no users, whatever its fields hold', () => {
    const odd = { kind: 'flag', flag: 'CREATEDB', owner: 'app_clone', grantee: 'app_clone' };
    const asPermission = { ...odd, granteeType: 'user' } as unknown as Permission;
    expect(mirrored(asPermission)).toEqual(asPermission);
  });
});

describe('what each of a pair gives the other on what it will make', () => {
  it('is every permission on tables and the use of functions, in every schema', () => {
    const permissions = mutualDefaults('app').map((permission) =>
      permission.kind === 'default-given'
        ? `${permission.privilege} on ${permission.objects} in ${permission.schema || 'all'} to ${permission.granteeType} ${permission.grantee}`
        : permission.kind,
    );
    const tables = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'REFERENCES', 'TRUNCATE'];
    expect(permissions).toEqual([
      ...tables.map((privilege) => `${privilege} on TABLES in all to user app`),
      'EXECUTE on FUNCTIONS in all to user app',
    ]);
  });
});

describe('permissions', () => {
  it('that hold in every database are those of the user, of databases and of groups', () => {
    const kinds = (scope: string) =>
      Object.entries(PERMISSION_SCOPE).flatMap(([kind, where]) => (where === scope ? [kind] : []));
    const cluster = ['assume-role', 'database', 'datashare', 'flag', 'group', 'limit'];
    expect(kinds('cluster').sort()).toEqual([...cluster, 'role', 'setting']);
    expect(kinds('cluster').length + kinds('database').length).toBe(
      Object.keys(PERMISSION_SCOPE).length,
    );
  });
});
