import fc from 'fast-check';
import { diffPermissions } from '../../../src/domain/permissions/diff-permissions.js';
import { permissionKey } from '../../../src/domain/permissions/permission-key.js';
import type { Permission } from '../../../src/domain/permissions/permission.js';

const name = fc.constantFrom('a', 'b', '"', 'a","b');
const privilege = fc.constantFrom('SELECT', 'USAGE');
const grantable = fc.boolean();
const permission: fc.Arbitrary<Permission> = fc.oneof(
  fc.record({ kind: fc.constant('database' as const), database: name, privilege, grantable }),
  fc.record({ kind: fc.constant('schema' as const), schema: name, privilege, grantable }),
  fc.record({
    kind: fc.constant('relation' as const),
    schema: name,
    relation: name,
    privilege,
    grantable,
  }),
  fc.record({
    kind: fc.constant('group' as const),
    group: name,
    grantable: fc.constant(false as const),
  }),
  fc.record({ kind: fc.constant('role' as const), role: name, grantable }),
);
const permissions = fc.array(permission, { maxLength: 12 });

const both = (law: (a: Permission[], b: Permission[]) => void) =>
  fc.assert(fc.property(permissions, permissions, law));
const byKey = (list: readonly Permission[]) =>
  [...list].sort((a, b) => (permissionKey(a) < permissionKey(b) ? -1 : 1));

describe('comparing permissions', () => {
  it('finds nothing between equal sets, whatever their order and however often each occurs', () => {
    fc.assert(
      fc.property(permissions, (a) => {
        expect(diffPermissions(a, [...a, ...a].reverse())).toEqual({ missing: [], extra: [] });
      }),
    );
  });

  it('finds the opposite the other way round', () => {
    both((a, b) => {
      const { missing, extra } = diffPermissions(a, b);
      expect(diffPermissions(b, a)).toEqual({ missing: extra, extra: missing });
    });
  });

  it('finds nothing missing once the missing ones are granted', () => {
    both((a, b) => {
      const { missing } = diffPermissions(a, b);
      expect(diffPermissions(a, [...b, ...missing]).missing).toEqual([]);
    });
  });

  it('does not change what is extra by granting what is missing', () => {
    both((a, b) => {
      const { missing, extra } = diffPermissions(a, b);
      expect(byKey(diffPermissions(a, [...b, ...missing]).extra)).toEqual(byKey(extra));
    });
  });

  it('names each permission once, and only ones that the source has', () => {
    both((a, b) => {
      const { missing } = diffPermissions(a, b);
      expect(new Set(missing.map(permissionKey)).size).toBe(missing.length);
      for (const one of missing) expect(a).toContainEqual(one);
    });
  });

  it('tells a permission with the grant option from one without, in one direction', () => {
    const weak: Permission = { kind: 'role', role: 'reader', grantable: false };
    const strong: Permission = { ...weak, grantable: true };
    expect(diffPermissions([strong], [weak])).toEqual({ missing: [strong], extra: [] });
    expect(diffPermissions([weak], [strong])).toEqual({ missing: [], extra: [strong] });
    expect(diffPermissions([weak, strong], [strong])).toEqual({ missing: [], extra: [] });
  });

  it('never takes one permission for another', () => {
    const different: Permission[] = [
      { kind: 'schema', schema: 'a', privilege: 'USAGE', grantable: false },
      { kind: 'schema', schema: 'a', privilege: 'CREATE', grantable: false },
      { kind: 'schema', schema: 'b', privilege: 'USAGE', grantable: false },
      { kind: 'relation', schema: 'a', relation: 'b', privilege: 'SELECT', grantable: false },
      { kind: 'relation', schema: 'b', relation: 'a', privilege: 'SELECT', grantable: false },
      { kind: 'database', database: 'a', privilege: 'USAGE', grantable: false },
      { kind: 'group', group: 'a', grantable: false },
      { kind: 'role', role: 'a', grantable: false },
    ];
    expect(new Set(different.map(permissionKey)).size).toBe(different.length);
    for (const one of different) {
      const others = different.filter((other) => other !== one);
      expect(diffPermissions([one], others)).toEqual({ missing: [one], extra: others });
    }
  });
});
