import assert from 'node:assert/strict';
import { Sensitive } from '@keyturn/core';
import type { DatabaseAdminSupport } from '../database-admin-subject.js';
import type { TestRunner } from '../test-runner.js';
import { OTHER_PASSWORD, PASSWORD, throwsCode, type ContractFixture } from './contract-fixture.js';

/** What goes between a prefix and a suffix, so that the name stays unique. */
const HOSTILE_PARTS = [
  'plain',
  'Upper Case',
  `it's`,
  'say "when"',
  `'"; drop user x; --`,
  '100%',
  '%s $1 {{name}}',
  'größe 羊 🐑',
  'tail$$',
  'select',
  '__proto__',
];

const newPassword = { password: new Sensitive(PASSWORD) };

/** Looking users up, making and dropping them. */
export function describeUsers(
  { describe, it }: TestRunner,
  fixture: ContractFixture,
  supports: DatabaseAdminSupport,
): void {
  describe('a user', () => {
    it('is described as the server reports it', async () => {
      const user = await fixture.user();
      const session = await fixture.superuser();

      assert.deepEqual(await session.describeUser({ user }), {
        name: user,
        superuser: false,
        external: false,
        validUntil: Infinity,
      });
    });

    it('is described with its flags', async () => {
      const validUntil = Date.UTC(2036, 6, 1, 12, 30, 5);
      const user = await fixture.user({ superuser: true, validUntil });
      const session = await fixture.superuser();

      assert.deepEqual(await session.describeUser({ user }), {
        name: user,
        superuser: true,
        external: false,
        validUntil,
      });
    });

    if (supports.externalUsers) {
      it('is known to be managed by an identity provider', async () => {
        const user = await fixture.user({ external: true });
        const session = await fixture.superuser();

        assert.equal((await session.describeUser({ user }))?.external, true);
      });
    }

    it('can describe itself', async () => {
      const user = await fixture.user();
      const session = await fixture.sessionOf(user);

      assert.equal((await session.describeUser({ user }))?.name, user);
    });

    it('that does not exist, or only in other letter case, is undefined', async () => {
      const user = await fixture.user();
      const session = await fixture.superuser();

      assert.equal(await session.describeUser({ user: user.toUpperCase() }), undefined);
      assert.equal(await session.describeUser({ user: `${user}_` }), undefined);
    });

    it('whose name this server would cut is refused', async () => {
      const session = await fixture.superuser();
      const longest = 'x'.repeat(fixture.subject.maxUserNameBytes);

      assert.equal(await session.describeUser({ user: longest }), undefined);
      await throwsCode('KEYTURN_USER_NAME_TOO_LONG', () =>
        session.describeUser({ user: `${longest}x` }),
      );
      // One character, three bytes.
      await throwsCode('KEYTURN_USER_NAME_TOO_LONG', () =>
        session.describeUser({ user: `${longest.slice(2)}羊` }),
      );
    });

    it('can be created, signs in, and is no superuser', async () => {
      const session = await fixture.superuser();
      const user = fixture.subject.freshName('new');
      await session.createUser({ user, ...newPassword });

      assert.equal(await fixture.outcome(user, PASSWORD), 'accepted');
      assert.equal((await session.describeUser({ user }))?.superuser, false);
      assert.deepEqual((await session.readPermissions({ user })).permissions, []);
    });

    it('that exists is not created again, and keeps its password', async () => {
      const session = await fixture.superuser();
      const user = await fixture.user();

      await throwsCode('KEYTURN_DATABASE_CONFLICT', () =>
        session.createUser({ user, password: new Sensitive(OTHER_PASSWORD) }),
      );
      assert.equal(await fixture.outcome(user, PASSWORD), 'accepted');
    });

    it('without the permission to it cannot create another', async () => {
      const session = await fixture.sessionOf(await fixture.user());
      const user = fixture.subject.freshName('new');

      await throwsCode('KEYTURN_DATABASE_PERMISSION', () =>
        session.createUser({ user, ...newPassword }),
      );
      assert.equal(await session.describeUser({ user }), undefined);
    });

    it('is gone after it was dropped', async () => {
      const session = await fixture.superuser();
      const user = fixture.subject.freshName('new');
      await session.createUser({ user, ...newPassword });
      await session.dropUser({ user });

      assert.equal(await session.describeUser({ user }), undefined);
      assert.equal(await fixture.outcome(user, PASSWORD), 'refused');
    });

    for (const part of supports.anyUserName ? HOSTILE_PARTS : ['plain']) {
      it(`may have ${part} in its name`, async () => {
        const session = await fixture.superuser();
        const user = fixture.subject.freshName('u') + part;
        await session.createUser({ user, ...newPassword });
        assert.equal((await session.describeUser({ user }))?.name, user);
        assert.equal(await fixture.outcome(user, PASSWORD), 'accepted');

        await session.setPassword({ user, password: new Sensitive(OTHER_PASSWORD) });
        assert.equal(await fixture.outcome(user, OTHER_PASSWORD), 'accepted');

        await session.dropUser({ user });
        assert.equal(await session.describeUser({ user }), undefined);
      });
    }
  });
}
