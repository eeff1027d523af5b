import assert from 'node:assert/strict';
import type { DatabaseSession, Permission } from '@keyturn/core';
import { diffPermissions, PERMISSION_SCOPE } from '@keyturn/core/adapter';
import type { TestRunner } from '../test-runner.js';
import { throwsCode, type ContractFixture } from './contract-fixture.js';

/** What every database has; a subject may name more. */
const KINDS = ['database', 'schema', 'relation', 'group', 'role'] as const;

/** Nobody but superusers is shown these, not even the user itself. */
const SUPERUSERS_ONLY = ['row-policy', 'masking-policy'];

/** Reading and giving permissions. */
export function describePermissions({ describe, it }: TestRunner, fixture: ContractFixture): void {
  describe('permissions', () => {
    it('of every kind can be granted and are read back', async () => {
      const { grantable } = fixture.subject;
      const kinds = new Set(grantable.map(({ kind }) => kind));
      assert.deepEqual(
        KINDS.filter((kind) => !kinds.has(kind)),
        [],
      );
      const user = await fixture.user();
      const session = await fixture.superuser();
      await session.grantPermissions({ user, permissions: grantable });

      await reads(session, user, grantable);
    });

    it('can be granted again', async () => {
      const { grantable: permissions } = fixture.subject;
      const user = await fixture.user();
      const session = await fixture.superuser();
      await session.grantPermissions({ user, permissions });
      await session.grantPermissions({ user, permissions });

      await reads(session, user, permissions);
    });

    it('are raised to grantable', async () => {
      const strong = fixture.subject.grantable.filter(({ grantable }) => grantable);
      const weak = strong.map(weakened);
      assert.notEqual(strong.length, 0);
      const user = await fixture.user();
      const session = await fixture.superuser();
      await session.grantPermissions({ user, permissions: weak });
      await reads(session, user, weak);
      await session.grantPermissions({ user, permissions: strong });

      await reads(session, user, strong);
    });

    it('of one user are not those of another', async () => {
      const user = await fixture.user();
      const session = await fixture.superuser();
      await session.grantPermissions({
        user: await fixture.user(),
        permissions: fixture.subject.grantable,
      });

      await reads(session, user, []);
    });

    it('that come through PUBLIC are not the user’s own', async () => {
      const user = await fixture.user();
      await fixture.subject.grantToPublic();

      await reads(await fixture.superuser(), user, []);
    });

    it('are the same read by the user itself', async () => {
      const user = await fixture.user();
      const session = await fixture.superuser();
      await session.grantPermissions({ user, permissions: fixture.subject.grantable });

      await reads(await fixture.sessionOf(user), user, fixture.subject.grantable);
    });

    it('of another user are never silently incomplete for one who is no superuser', async () => {
      const user = await fixture.user();
      const superuser = await fixture.superuser();
      await superuser.grantPermissions({ user, permissions: fixture.subject.grantable });
      const session = await fixture.sessionOf(await fixture.user());
      const { permissions, notChecked } = await session.readPermissions({ user });
      const unknown = new Set(notChecked.map(({ kind }) => kind));
      const { missing } = diffPermissions(fixture.subject.grantable, permissions);
      assert.notEqual(unknown.size, 0);
      assert.deepEqual(
        missing.filter(({ kind }) => !unknown.has(kind)),
        [],
      );
    });

    it('cannot be granted by a user without the permission to it', async () => {
      const user = await fixture.user();
      const session = await fixture.sessionOf(await fixture.user());
      const permissions = fixture.subject.grantable.filter(({ kind }) => kind === 'role');

      await throwsCode('KEYTURN_DATABASE_PERMISSION', () =>
        session.grantPermissions({ user, permissions }),
      );
    });

    it('are taken away again, some of them or all', async () => {
      const { grantable } = fixture.subject;
      const user = await fixture.user();
      const session = await fixture.superuser();
      await session.grantPermissions({ user, permissions: grantable });
      const [first, ...others] = grantable;
      assert(first);
      await session.revokePermissions({
        user,
        revocations: others.map((permission) => ({ permission, optionOnly: false })),
      });
      await reads(session, user, [first]);
      const revocations = [{ permission: first, optionOnly: false }];
      await session.revokePermissions({ user, revocations });
      await session.revokePermissions({ user, revocations });

      await reads(session, user, []);
    });

    it('keep the permission where only the grant option is taken away', async () => {
      const strong = fixture.subject.grantable.filter(({ grantable }) => grantable);
      const weak = strong.map(weakened);
      const user = await fixture.user();
      const session = await fixture.superuser();
      await session.grantPermissions({ user, permissions: strong });
      await session.revokePermissions({
        user,
        revocations: strong.map((permission) => ({ permission, optionOnly: true })),
      });

      await reads(session, user, weak);
    });

    it('are written out without being changed', async () => {
      const { grantable: grant } = fixture.subject;
      const user = await fixture.user();
      const session = await fixture.superuser();
      const revoke = grant.map((permission) => ({ permission, optionOnly: false }));

      assert.notEqual((await session.writeOut({ user, grant })).length, 0);
      assert.notEqual((await session.writeOut({ user, revoke })).length, 0);
      await reads(session, user, []);
    });

    it('of the database alone leave out what holds everywhere', async () => {
      const user = await fixture.user();
      const session = await fixture.superuser();
      await session.grantPermissions({ user, permissions: fixture.subject.grantable });
      const { permissions } = await session.readPermissions({ user, scope: 'database' });
      const expected = fixture.subject.grantable.filter(
        ({ kind }) => PERMISSION_SCOPE[kind] === 'database',
      );

      assert.deepEqual(diffPermissions(expected, permissions), { missing: [], extra: [] });
    });

    it('of some kinds leave out the others', async () => {
      const user = await fixture.user();
      const session = await fixture.superuser();
      await session.grantPermissions({ user, permissions: fixture.subject.grantable });
      const { permissions } = await session.readPermissions({ user, kinds: ['role', 'relation'] });
      const expected = fixture.subject.grantable.filter(
        ({ kind }) => kind === 'role' || kind === 'relation',
      );

      assert.deepEqual(diffPermissions(expected, permissions), { missing: [], extra: [] });
    });

    it('hold in databases that are listed, this one among them', async () => {
      const session = await fixture.superuser();

      assert((await session.listDatabases()).includes(fixture.subject.address.database));
    });

    it('that are none take nothing', async () => {
      const user = await fixture.user();
      const session = await fixture.sessionOf(user);
      await session.grantPermissions({ user, permissions: [] });

      await reads(session, user, []);
    });
  });
}

function weakened(right: Permission): Permission {
  return Object.assign({}, right, { grantable: false });
}

async function reads(session: DatabaseSession, user: string, expected: readonly Permission[]) {
  const { permissions, notChecked, bySuperuser } = await session.readPermissions({ user });
  const unknown = notChecked.map(({ kind }) => kind);
  assert.deepEqual(
    unknown.filter((kind) => bySuperuser || !SUPERUSERS_ONLY.includes(kind)),
    [],
  );
  assert.deepEqual(diffPermissions(expected, permissions), { missing: [], extra: [] });
}
