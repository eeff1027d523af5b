import assert from 'node:assert/strict';
import { Sensitive } from '@keyturn/core';
import type { TestRunner } from '../test-runner.js';
import { OTHER_PASSWORD, PASSWORD, throwsCode, type ContractFixture } from './contract-fixture.js';

const other = { password: new Sensitive(OTHER_PASSWORD) };

/** Changing passwords. */
export function describePasswords({ describe, it }: TestRunner, fixture: ContractFixture): void {
  describe('a password', () => {
    it('is changed by a superuser: the new one signs in, the old one no longer', async () => {
      const user = await fixture.user();
      const session = await fixture.superuser();
      await session.setPassword({ user, ...other });

      assert.equal(await fixture.outcome(user, OTHER_PASSWORD), 'accepted');
      assert.equal(await fixture.outcome(user, PASSWORD), 'refused');
    });

    it('can be set again to the same value', async () => {
      const user = await fixture.user();
      const session = await fixture.superuser();
      await session.setPassword({ user, ...other });
      await session.setPassword({ user, ...other });

      assert.equal(await fixture.outcome(user, OTHER_PASSWORD), 'accepted');
    });

    it('is changed by the user itself, whose session stays open', async () => {
      const user = await fixture.user();
      const session = await fixture.sessionOf(user);
      await session.setPassword({ user, ...other });

      assert.equal((await session.describeUser({ user }))?.name, user);
      assert.equal(await fixture.outcome(user, OTHER_PASSWORD), 'accepted');
      assert.equal(await fixture.outcome(user, PASSWORD), 'refused');
    });

    it('is not changed by another user', async () => {
      const user = await fixture.user();
      const session = await fixture.sessionOf(await fixture.user());

      await throwsCode('KEYTURN_DATABASE_PERMISSION', () =>
        session.setPassword({ user, ...other }),
      );
      assert.equal(await fixture.outcome(user, PASSWORD), 'accepted');
    });

    it('is changed by the form that also unlocks a user', async () => {
      const user = await fixture.user();
      const session = await fixture.superuser();
      await session.setPassword({ user, ...other, unlock: true });

      assert.equal(await fixture.outcome(user, OTHER_PASSWORD), 'accepted');
    });

    it('of a user that does not exist cannot be changed', async () => {
      const session = await fixture.superuser();
      const user = fixture.subject.freshName('nobody');

      await throwsCode('KEYTURN_USER_MISSING', () => session.setPassword({ user, ...other }));
    });

    it('is changed without changing when it ends', async () => {
      const validUntil = Date.UTC(2036, 6, 1);
      const user = await fixture.user({ validUntil });
      const session = await fixture.superuser();
      await session.setPassword({ user, ...other });

      assert.equal((await session.describeUser({ user }))?.validUntil, validUntil);
    });

    it('may hold every character that the profile allows', async () => {
      const { allowed, maxLength } = fixture.subject.admin.profile.password;
      const user = await fixture.user();
      const session = await fixture.superuser();
      for (let start = 0; start < allowed.length; start += maxLength - 3) {
        const password = `Aa1${allowed.slice(start, start + maxLength - 3)}padding`.slice(
          0,
          maxLength,
        );
        await session.setPassword({ user, password: new Sensitive(password) });
        assert.equal(await fixture.outcome(user, password), 'accepted');
        assert.equal(await fixture.outcome(user, `${password.slice(0, -1)}?!`), 'refused');
      }
    });
  });
}
