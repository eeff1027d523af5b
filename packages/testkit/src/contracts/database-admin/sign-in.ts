import assert from 'node:assert/strict';
import type { TestRunner } from '../test-runner.js';
import { OTHER_PASSWORD, PASSWORD, throwsCode, type ContractFixture } from './contract-fixture.js';

/** The sign-in: what is an answer, and what is an error. */
export function describeSignIn({ describe, it }: TestRunner, fixture: ContractFixture): void {
  describe('a sign-in', () => {
    it('is accepted with the right password, and can be repeated', async () => {
      const user = await fixture.user();

      assert.equal(await fixture.outcome(user, PASSWORD), 'accepted');
      assert.equal(await fixture.outcome(user, PASSWORD), 'accepted');
    });

    it('is refused with a wrong password', async () => {
      const user = await fixture.user();

      assert.equal(await fixture.outcome(user, OTHER_PASSWORD), 'refused');
    });

    it('is refused with an empty password', async () => {
      const user = await fixture.user();

      assert.equal(await fixture.outcome(user, ''), 'refused');
    });

    it('is refused for a user that does not exist', async () => {
      const user = fixture.subject.freshName('nobody');

      assert.equal(await fixture.outcome(user, PASSWORD), 'refused');
    });

    it('is refused for a user whose password has expired', async () => {
      const user = await fixture.user({ validUntil: Date.UTC(2001, 0, 1) });

      assert.equal(await fixture.outcome(user, PASSWORD), 'refused');
    });

    it('fails with a code of its own where the database is unknown', async () => {
      const { superuser } = fixture.subject;
      const address = { ...fixture.subject.address, database: 'no_such_database' };

      await throwsCode('KEYTURN_DATABASE_UNKNOWN', () =>
        fixture.signIn(superuser.user, superuser.password.reveal(), address),
      );
    });

    it('fails with a code of its own where nothing listens', async () => {
      const { unreachable } = fixture.subject;

      await throwsCode('KEYTURN_DATABASE_UNREACHABLE', () =>
        fixture.signIn('sheep', PASSWORD, unreachable),
      );
    });

    it('gives a session that can be closed twice and then does nothing more', async () => {
      const user = await fixture.user();
      const session = await fixture.sessionOf(user);
      await session.close();
      await session.close();

      await throwsCode('KEYTURN_DATABASE_CONNECTION_LOST', () => session.describeUser({ user }));
    });
  });
}
