import assert from 'node:assert/strict';
import { diffPermissions, type DatabaseSession, type Permission } from '@keyturn/core';
import type { TestRunner } from '../test-runner.js';
import { throwsCode, type ContractBench } from './contract-bench.js';

const KINDS = ['database', 'schema', 'relation', 'group', 'role'] as const;

/** Reading and giving rights. */
export function describePermissions({ describe, it }: TestRunner, bench: ContractBench): void {
  describe('permissions', () => {
    it('of every kind can be granted and are read back', async () => {
      const { grantable } = bench.subject;
      assert.deepEqual(new Set(grantable.map(({ kind }) => kind)), new Set(KINDS));
      const user = await bench.user();
      const session = await bench.superuser();
      await session.grantPermissions({ user, permissions: grantable });

      await reads(session, user, grantable);
    });

    it('can be granted again', async () => {
      const { grantable: permissions } = bench.subject;
      const user = await bench.user();
      const session = await bench.superuser();
      await session.grantPermissions({ user, permissions });
      await session.grantPermissions({ user, permissions });

      await reads(session, user, permissions);
    });

    it('are raised to grantable', async () => {
      const strong = bench.subject.grantable.filter(({ grantable }) => grantable);
      const weak = strong.map((right): Permission => ({ ...right, grantable: false }));
      assert.notEqual(strong.length, 0);
      const user = await bench.user();
      const session = await bench.superuser();
      await session.grantPermissions({ user, permissions: weak });
      await reads(session, user, weak);
      await session.grantPermissions({ user, permissions: strong });

      await reads(session, user, strong);
    });

    it('of one user are not those of another', async () => {
      const user = await bench.user();
      const session = await bench.superuser();
      await session.grantPermissions({
        user: await bench.user(),
        permissions: bench.subject.grantable,
      });

      await reads(session, user, []);
    });

    it('that come through PUBLIC are not the user’s own', async () => {
      const user = await bench.user();
      await bench.subject.grantToPublic();

      await reads(await bench.superuser(), user, []);
    });

    it('are the same read by the user itself', async () => {
      const user = await bench.user();
      const session = await bench.superuser();
      await session.grantPermissions({ user, permissions: bench.subject.grantable });

      await reads(await bench.sessionOf(user), user, bench.subject.grantable);
    });

    it('of another user are never silently incomplete for one who is no superuser', async () => {
      const user = await bench.user();
      const superuser = await bench.superuser();
      await superuser.grantPermissions({ user, permissions: bench.subject.grantable });
      const session = await bench.sessionOf(await bench.user());
      const { permissions, notChecked } = await session.readPermissions({ user });

      const unknown = new Set(notChecked.map(({ kind }) => kind));
      const { missing } = diffPermissions(bench.subject.grantable, permissions);
      assert.notEqual(unknown.size, 0);
      assert.deepEqual(
        missing.filter(({ kind }) => !unknown.has(kind)),
        [],
      );
    });

    it('cannot be granted by a user without the right to it', async () => {
      const user = await bench.user();
      const session = await bench.sessionOf(await bench.user());
      const permissions = bench.subject.grantable.filter(({ kind }) => kind === 'role');

      await throwsCode('KEYTURN_DATABASE_PERMISSION', () =>
        session.grantPermissions({ user, permissions }),
      );
    });

    it('that are none take nothing', async () => {
      const user = await bench.user();
      const session = await bench.sessionOf(user);
      await session.grantPermissions({ user, permissions: [] });

      await reads(session, user, []);
    });
  });
}

async function reads(session: DatabaseSession, user: string, expected: readonly Permission[]) {
  const { permissions, notChecked } = await session.readPermissions({ user });
  assert.deepEqual(notChecked, []);
  assert.deepEqual(diffPermissions(expected, permissions), { missing: [], extra: [] });
}
