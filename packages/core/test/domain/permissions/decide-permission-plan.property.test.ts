import fc from 'fast-check';
import { withGranted, withRevoked } from '../../../src/domain/permissions/apply-changes.js';
import {
  decidePermissionPlan,
  type PermissionPlan,
  type PlanFacts,
} from '../../../src/domain/permissions/decide-permission-plan.js';
import { diffPermissions } from '../../../src/domain/permissions/diff-permissions.js';
import type { Permission } from '../../../src/domain/permissions/permission.js';

const name = fc.constantFrom('a', 'b', '"');
const privilege = fc.constantFrom('SELECT', 'USAGE');
const grantable = fc.boolean();
const never = fc.constant(false as const);
const kind = <K extends Permission['kind']>(of: K) => fc.constant(of);
const permission: fc.Arbitrary<Permission> = fc.oneof(
  fc.record({ kind: kind('database'), database: name, privilege, grantable }),
  fc.record({ kind: kind('relation'), schema: name, relation: name, privilege, grantable }),
  fc.record({
    kind: kind('column'),
    schema: name,
    relation: name,
    column: name,
    privilege,
    grantable: never,
  }),
  fc.record({ kind: kind('flag'), flag: fc.constant('CREATEDB' as const), grantable: never }),
  fc.record({
    kind: kind('limit'),
    limit: fc.constant('connections' as const),
    value: fc.constantFrom('UNLIMITED', '1', '7'),
    grantable: never,
  }),
  fc.record({ kind: kind('setting'), setting: name, value: name, grantable: never }),
  fc.record({ kind: kind('group'), group: name, grantable: never }),
  fc.record({ kind: kind('role'), role: name, grantable }),
);
/** One value at most of each limit and setting, as in a database. */
const permissions = fc.array(permission, { maxLength: 14 }).map((list) => withGranted([], list));

const facts = { inherited: [], unproven: new Set<never>() };
const apply = (held: readonly Permission[], { grant, revoke, replaced }: PermissionPlan) =>
  withRevoked(withGranted(held, grant), [...revoke, ...replaced]);
const NOTHING = { missing: [], extra: [] };

function all(exact: boolean, law: (facts: PlanFacts) => void): void {
  fc.assert(
    fc.property(permissions, permissions, (source, target) =>
      law({ ...facts, source, target, exact }),
    ),
  );
}

describe('a plan that makes two users equal', () => {
  it('makes them equal', () => {
    all(true, (given) => {
      const after = apply(given.target, decidePermissionPlan(given));
      expect(diffPermissions(given.source, after)).toEqual(NOTHING);
    });
  });

  it('has nothing left to do afterwards', () => {
    all(true, (given) => {
      const target = apply(given.target, decidePermissionPlan(given));
      const again = decidePermissionPlan({ ...given, target });
      expect(again).toEqual({ grant: [], revoke: [], replaced: [], extra: [], flattened: [] });
    });
  });

  it('takes nothing away of a kind that was not read whole', () => {
    all(true, (given) => {
      const unproven = new Set(['relation', 'role'] as const);
      const { revoke } = decidePermissionPlan({ ...given, unproven });
      expect(
        revoke.filter(({ permission }) => ['relation', 'role'].includes(permission.kind)),
      ).toEqual([]);
    });
  });
});

describe('a plan that only adds', () => {
  it('takes nothing away, and leaves nothing to add', () => {
    all(false, (given) => {
      const plan = decidePermissionPlan(given);
      expect(plan.revoke).toEqual([]);
      const target = apply(given.target, plan);
      expect(decidePermissionPlan({ ...given, target }).grant).toEqual([]);
    });
  });

  it('never gives what the source has not, nor the grant option where the source has none', () => {
    for (const exact of [false, true]) {
      all(exact, (given) => {
        const { grant } = decidePermissionPlan(given);
        // A limit that the source does not have is lifted: that is what the source has.
        for (const each of grant)
          if (each.kind !== 'limit') expect(given.source).toContainEqual(each);
      });
    }
  });

  it('gives nothing directly that comes through a group anyhow, unless it can be passed on', () => {
    all(false, (given) => {
      const { grant, flattened } = decidePermissionPlan({ ...given, inherited: given.source });
      const plain = grant.filter((each) => !each.grantable && each.kind !== 'limit');
      // Settings and limits with another value are no permissions, but the same key counts here all the same.
      expect(plain).toEqual([]);
      for (const each of flattened) expect(each.grantable).toBe(false);
    });
  });

  it('counts a permission on the whole relation for its columns, not the other way round', () => {
    const relation: Permission = {
      kind: 'relation',
      schema: 's',
      relation: 't',
      privilege: 'SELECT',
      grantable: false,
    };
    const column: Permission = {
      kind: 'column',
      schema: 's',
      relation: 't',
      column: 'c',
      privilege: 'SELECT',
      grantable: false,
    };
    const plan = (wanted: Permission, inherited: Permission) =>
      decidePermissionPlan({
        ...facts,
        source: [wanted],
        target: [],
        inherited: [inherited],
        exact: false,
      });
    expect(plan(column, relation)).toMatchObject({ grant: [], flattened: [column] });
    expect(plan(relation, column)).toMatchObject({ grant: [relation], flattened: [] });
  });

  it('reports a limit that is wider than the source’s, and lifts one that is tighter', () => {
    const limit = (value: string): Permission => ({
      kind: 'limit',
      limit: 'connections',
      value,
      grantable: false,
    });
    const plan = (source: Permission[], target: Permission[]) =>
      decidePermissionPlan({ ...facts, source, target, exact: false });
    expect(plan([limit('3')], [limit('9')])).toMatchObject({
      grant: [],
      extra: [{ permission: limit('9'), instead: limit('3') }],
    });
    expect(plan([limit('9')], [limit('3')])).toMatchObject({ grant: [limit('9')], extra: [] });
    expect(plan([], [limit('3')])).toMatchObject({ grant: [limit('UNLIMITED')], extra: [] });
    // Unlimited because nobody said otherwise, as every new user is.
    expect(plan([limit('3')], [])).toMatchObject({ grant: [limit('3')], extra: [] });
  });
});
