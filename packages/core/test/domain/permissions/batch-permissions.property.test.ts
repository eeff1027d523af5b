import fc from 'fast-check';
import { batchPermissions } from '../../../src/domain/permissions/batch-permissions.js';
import { objectKey } from '../../../src/domain/permissions/permission-key.js';
import type { Permission } from '../../../src/domain/permissions/permission.js';

const on = (relation: string, privilege: string, grantable = false): Permission => ({
  kind: 'relation',
  schema: 's',
  relation,
  privilege,
  grantable,
});
const permission: fc.Arbitrary<Permission> = fc.oneof(
  fc
    .tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('SELECT', 'INSERT'), fc.boolean())
    .map((parts) => on(...parts)),
  fc
    .constantFrom('x', 'y')
    .map((group): Permission => ({ kind: 'group', group, grantable: false })),
);
const permissions = fc.array(permission, { maxLength: 20 });
const size = fc.integer({ min: 1, max: 4 });

describe('batches of permissions', () => {
  it('hold each permission as often as it was given, and never part of what is for one object', () => {
    fc.assert(
      fc.property(permissions, size, (list, most) => {
        const batches = batchPermissions(list, most);
        const texts = (some: readonly Permission[]) =>
          some.map((each) => JSON.stringify(each)).sort();
        expect(texts(batches.flat())).toEqual(texts(list));
        const objects = batches.map((batch) => new Set(batch.map(objectKey)));
        for (const batch of objects) expect(batch.size).toBeLessThanOrEqual(most);
        const all = objects.flatMap((batch) => [...batch]);
        expect(new Set(all).size).toBe(all.length);
      }),
    );
  });

  it('bring together what the same statement gives, in whatever order it was read', () => {
    const read = ['a', 'b', 'c', 'd'].map((table) => on(table, 'SELECT'));
    const written = ['b', 'd'].map((table) => on(table, 'INSERT'));
    const tables = (batch: readonly Permission[]) =>
      [...new Set(batch.map((each) => (each.kind === 'relation' ? each.relation : '')))].join();
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...read, ...written], { minLength: 6, maxLength: 6 }),
        (shuffled) => {
          const batches = batchPermissions(shuffled, 2).map(tables);
          expect(batches.map((each) => each.split(',').sort().join()).sort()).toEqual([
            'a,c',
            'b,d',
          ]);
        },
      ),
    );
  });

  it('keep the order of kinds', () => {
    const group: Permission = { kind: 'group', group: 'g', grantable: false };
    const all = batchPermissions([group, on('a', 'SELECT'), on('b', 'INSERT')], 9).flat();
    expect(all.map(({ kind }) => kind)).toEqual(['group', 'relation', 'relation']);
  });
});
