import assert from 'node:assert/strict';
import type { TestRunner } from '../test-runner.js';
import { throwsCode, type SecretStoreFixture } from './secret-store-fixture.js';

/** Moving labels: where they go, what follows, what is refused. */
export function describeLabelMoves(
  { describe, it }: TestRunner,
  fixture: SecretStoreFixture,
): void {
  /** What is refused must leave the labels as they are. */
  async function refuses(
    secretId: string,
    label: string,
    places: Parameters<SecretStoreFixture['move']>[2],
    code: 'KEYTURN_STORE_REFUSED' | 'KEYTURN_STORE_NOT_FOUND' = 'KEYTURN_STORE_REFUSED',
  ): Promise<void> {
    const before = await fixture.labels(secretId);
    await throwsCode(code, secretId, () => fixture.move(secretId, label, places));
    assert.deepEqual(await fixture.labels(secretId), before);
  }

  describe('AWSCURRENT', () => {
    it('takes AWSPREVIOUS to the version it leaves, and AWSPENDING stays', async () => {
      const { secretId, current: first } = await fixture.secret();
      const second = await fixture.promote(secretId, first);

      assert.deepEqual(await fixture.labels(secretId), {
        [first]: ['AWSPREVIOUS'],
        [second]: ['AWSCURRENT', 'AWSPENDING'],
      });
    });

    it('leaves the version before last without a label', async () => {
      const { secretId, current: first } = await fixture.secret();
      const second = await fixture.promote(secretId, first);
      const third = await fixture.promote(secretId, second);

      assert.deepEqual(await fixture.labels(secretId), {
        [second]: ['AWSPREVIOUS'],
        [third]: ['AWSCURRENT', 'AWSPENDING'],
      });
    });

    it('can go back to the version it came from', async () => {
      const { secretId, current: first } = await fixture.secret();
      const second = await fixture.promote(secretId, first);
      await fixture.move(secretId, 'AWSPENDING', { from: second });
      await fixture.move(secretId, 'AWSCURRENT', { from: second, to: first });

      assert.deepEqual(await fixture.labels(secretId), {
        [first]: ['AWSCURRENT'],
        [second]: ['AWSPREVIOUS'],
      });
    });

    it('is refused when it is not, or no longer, where it should leave', async () => {
      const { secretId, current: first } = await fixture.secret();
      const second = await fixture.promote(secretId, first);

      await refuses(secretId, 'AWSCURRENT', { from: first, to: second });
    });

    it('is refused when the version it leaves is not named', async () => {
      const { secretId } = await fixture.secret();
      const pending = await fixture.pending(secretId);

      await refuses(secretId, 'AWSCURRENT', { to: pending });
    });

    it('is never removed', async () => {
      const { secretId, current } = await fixture.secret();

      await refuses(secretId, 'AWSCURRENT', { from: current });
    });

    it('is attached to a pending version where there was none', async () => {
      const { secretId } = await fixture.subject.makeSecret({});
      const versionId = fixture.freshVersion();
      await fixture.subject.stagePending(secretId, versionId);
      await fixture.put(secretId, versionId, '{}');
      await fixture.move(secretId, 'AWSCURRENT', { to: versionId });

      assert.deepEqual(await fixture.labels(secretId), {
        [versionId]: ['AWSCURRENT', 'AWSPENDING'],
      });
    });

    it('moves once when two move it at once', async () => {
      const { secretId, current: from } = await fixture.secret();
      const to = await fixture.pending(secretId);
      const move = () => fixture.move(secretId, 'AWSCURRENT', { from, to });

      const outcomes = await Promise.allSettled([move(), move()]);
      assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
      assert.deepEqual(await fixture.labels(secretId), {
        [from]: ['AWSPREVIOUS'],
        [to]: ['AWSCURRENT', 'AWSPENDING'],
      });
    });
  });

  describe('any label', () => {
    it('is attached, moved and removed', async () => {
      const { secretId, current } = await fixture.secret();
      const pending = await fixture.pending(secretId);

      await fixture.move(secretId, 'GREEN', { to: current });
      assert.deepEqual((await fixture.labels(secretId))[current], ['AWSCURRENT', 'GREEN']);
      await fixture.move(secretId, 'GREEN', { from: current, to: pending });
      assert.deepEqual((await fixture.labels(secretId))[pending], ['AWSPENDING', 'GREEN']);
      await fixture.move(secretId, 'GREEN', { from: pending });
      assert.deepEqual(await fixture.labels(secretId), {
        [current]: ['AWSCURRENT'],
        [pending]: ['AWSPENDING'],
      });
    });

    it('stays where it is when AWSCURRENT leaves', async () => {
      const { secretId, current } = await fixture.secret();
      await fixture.move(secretId, 'GREEN', { to: current });
      await fixture.promote(secretId, current);

      assert.deepEqual((await fixture.labels(secretId))[current], ['AWSPREVIOUS', 'GREEN']);
    });

    it('is refused when it is on no version, or on another one', async () => {
      const { secretId, current } = await fixture.secret();
      const pending = await fixture.pending(secretId);

      await refuses(secretId, 'GREEN', { from: current });
      await refuses(secretId, 'AWSPENDING', { from: current });
      await refuses(secretId, 'AWSPENDING', { to: current });
      await fixture.move(secretId, 'AWSPENDING', { from: pending });
      await refuses(secretId, 'AWSPENDING', { from: pending });
    });

    it('is refused without a version to leave or to go to', async () => {
      const { secretId } = await fixture.secret();

      await refuses(secretId, 'GREEN', {});
    });

    it('goes to no version that does not exist', async () => {
      const { secretId, current } = await fixture.secret();
      const to = fixture.freshVersion();

      await refuses(secretId, 'GREEN', { to }, 'KEYTURN_STORE_NOT_FOUND');
      await refuses(secretId, 'AWSCURRENT', { from: current, to }, 'KEYTURN_STORE_NOT_FOUND');
    });

    it('is moved nowhere for an unknown secret', async () => {
      await throwsCode('KEYTURN_STORE_NOT_FOUND', 'unknown', () =>
        fixture.move('unknown', 'GREEN', { to: fixture.freshVersion() }),
      );
    });
  });
}
