import assert from 'node:assert/strict';
import type { TestRunner } from '../test-runner.js';
import { OTHER_TEXT, TEXT, throwsCode, type SecretStoreFixture } from './secret-store-fixture.js';

/** Storing a pending value: once per version, and repeatable. */
export function describeStoring({ describe, it }: TestRunner, fixture: SecretStoreFixture): void {
  describe('a pending value', () => {
    it('is stored under the version that a rotation has reserved', async () => {
      const { secretId, current } = await fixture.secret();
      const versionId = fixture.freshVersion();
      await fixture.subject.stagePending(secretId, versionId);

      assert.equal(await fixture.put(secretId, versionId, OTHER_TEXT), 'stored');
      assert.equal(await fixture.text(secretId, versionId), OTHER_TEXT);
      assert.deepEqual(await fixture.labels(secretId), {
        [current]: ['AWSCURRENT'],
        [versionId]: ['AWSPENDING'],
      });
    });

    it('takes AWSPENDING from the version that had it', async () => {
      const { secretId, current } = await fixture.secret();
      await fixture.pending(secretId);
      const second = await fixture.pending(secretId, TEXT);

      assert.deepEqual(await fixture.labels(secretId), {
        [current]: ['AWSCURRENT'],
        [second]: ['AWSPENDING'],
      });
    });

    it('may be stored again, which changes nothing', async () => {
      const { secretId } = await fixture.secret();
      const versionId = await fixture.pending(secretId);
      const labels = await fixture.labels(secretId);

      assert.equal(await fixture.put(secretId, versionId, OTHER_TEXT), 'stored');
      assert.deepEqual(await fixture.labels(secretId), labels);
      assert.equal((await fixture.store.listVersions({ secretId })).length, 2);
    });

    it('is left as it is when another one comes for the same version', async () => {
      const { secretId } = await fixture.secret();
      const versionId = await fixture.pending(secretId);
      const labels = await fixture.labels(secretId);

      assert.equal(await fixture.put(secretId, versionId, TEXT), 'already-has-value');
      assert.equal(await fixture.text(secretId, versionId), OTHER_TEXT);
      assert.deepEqual(await fixture.labels(secretId), labels);
    });

    it('never replaces a binary one', async () => {
      const { secretId, current } = await fixture.secret({ current: { binary: true } });

      assert.equal(await fixture.put(secretId, current, TEXT), 'already-has-value');
      const value = await fixture.store.readValue({ secretId, versionId: current });
      assert.equal(value?.kind, 'binary');
    });

    it('is one of two that are stored at once', async () => {
      const { secretId } = await fixture.secret();
      const versionId = fixture.freshVersion();
      await fixture.subject.stagePending(secretId, versionId);
      const texts = [TEXT, OTHER_TEXT];

      const outcomes = await Promise.all(
        texts.map((text) => fixture.put(secretId, versionId, text)),
      );
      assert.deepEqual([...outcomes].sort(), ['already-has-value', 'stored']);
      const kept = texts[outcomes.indexOf('stored')];
      assert.equal(await fixture.text(secretId, versionId), kept);
    });

    it('becomes AWSCURRENT too where it is the first of its secret', async () => {
      const { secretId } = await fixture.subject.makeSecret({});
      const versionId = await fixture.pending(secretId);

      assert.deepEqual(await fixture.labels(secretId), {
        [versionId]: ['AWSCURRENT', 'AWSPENDING'],
      });
    });

    it('is kept without its label when somebody else stores a new current value', async () => {
      const { secretId, current } = await fixture.secret();
      const pending = fixture.freshVersion();
      await fixture.subject.stagePending(secretId, pending);
      await fixture.put(secretId, pending, OTHER_TEXT);
      const theirs = fixture.freshVersion();
      await fixture.subject.putCurrent(secretId, theirs, TEXT);

      assert.deepEqual(await fixture.labels(secretId), {
        [theirs]: ['AWSCURRENT'],
        [current]: ['AWSPREVIOUS'],
      });
      assert.equal(await fixture.text(secretId, pending), OTHER_TEXT);
    });

    it('is stored nowhere for an unknown secret', async () => {
      await throwsCode('KEYTURN_STORE_NOT_FOUND', 'unknown', () =>
        fixture.put('unknown', fixture.freshVersion(), OTHER_TEXT),
      );
    });
  });
}
