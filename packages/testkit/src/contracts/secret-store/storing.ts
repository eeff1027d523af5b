import assert from 'node:assert/strict';
import type { TestRunner } from '../test-runner.js';
import { OTHER_TEXT, TEXT, throwsCode, type SecretStoreBench } from './secret-store-bench.js';

/** Storing a pending value: once per version, and repeatable. */
export function describeStoring({ describe, it }: TestRunner, bench: SecretStoreBench): void {
  describe('a pending value', () => {
    it('is stored under the version that a rotation has reserved', async () => {
      const { secretId, current } = await bench.secret();
      const versionId = bench.freshVersion();
      await bench.subject.stagePending(secretId, versionId);

      assert.equal(await bench.put(secretId, versionId, OTHER_TEXT), 'stored');
      assert.equal(await bench.text(secretId, versionId), OTHER_TEXT);
      assert.deepEqual(await bench.labels(secretId), {
        [current]: ['AWSCURRENT'],
        [versionId]: ['AWSPENDING'],
      });
    });

    it('takes AWSPENDING from the version that had it', async () => {
      const { secretId, current } = await bench.secret();
      await bench.pending(secretId);
      const second = await bench.pending(secretId, TEXT);

      assert.deepEqual(await bench.labels(secretId), {
        [current]: ['AWSCURRENT'],
        [second]: ['AWSPENDING'],
      });
    });

    it('may be stored again, which changes nothing', async () => {
      const { secretId } = await bench.secret();
      const versionId = await bench.pending(secretId);
      const labels = await bench.labels(secretId);

      assert.equal(await bench.put(secretId, versionId, OTHER_TEXT), 'stored');
      assert.deepEqual(await bench.labels(secretId), labels);
      assert.equal((await bench.store.listVersions({ secretId })).length, 2);
    });

    it('is left as it is when another one comes for the same version', async () => {
      const { secretId } = await bench.secret();
      const versionId = await bench.pending(secretId);
      const labels = await bench.labels(secretId);

      assert.equal(await bench.put(secretId, versionId, TEXT), 'already-has-value');
      assert.equal(await bench.text(secretId, versionId), OTHER_TEXT);
      assert.deepEqual(await bench.labels(secretId), labels);
    });

    it('never replaces a binary one', async () => {
      const { secretId, current } = await bench.secret({ current: { binary: true } });

      assert.equal(await bench.put(secretId, current, TEXT), 'already-has-value');
      const value = await bench.store.readValue({ secretId, versionId: current });
      assert.equal(value?.kind, 'binary');
    });

    it('is one of two that are stored at once', async () => {
      const { secretId } = await bench.secret();
      const versionId = bench.freshVersion();
      await bench.subject.stagePending(secretId, versionId);
      const texts = [TEXT, OTHER_TEXT];

      const outcomes = await Promise.all(texts.map((text) => bench.put(secretId, versionId, text)));
      assert.deepEqual([...outcomes].sort(), ['already-has-value', 'stored']);
      const kept = texts[outcomes.indexOf('stored')];
      assert.equal(await bench.text(secretId, versionId), kept);
    });

    it('becomes AWSCURRENT too where it is the first of its secret', async () => {
      const { secretId } = await bench.subject.makeSecret({});
      const versionId = await bench.pending(secretId);

      assert.deepEqual(await bench.labels(secretId), { [versionId]: ['AWSCURRENT', 'AWSPENDING'] });
    });

    it('is kept without its label when somebody else stores a new current value', async () => {
      const { secretId, current } = await bench.secret();
      const pending = bench.freshVersion();
      await bench.subject.stagePending(secretId, pending);
      await bench.put(secretId, pending, OTHER_TEXT);
      const theirs = bench.freshVersion();
      await bench.subject.putCurrent(secretId, theirs, TEXT);

      assert.deepEqual(await bench.labels(secretId), {
        [theirs]: ['AWSCURRENT'],
        [current]: ['AWSPREVIOUS'],
      });
      assert.equal(await bench.text(secretId, pending), OTHER_TEXT);
    });

    it('is stored nowhere for an unknown secret', async () => {
      await throwsCode('KEYTURN_STORE_NOT_FOUND', 'unknown', () =>
        bench.put('unknown', bench.freshVersion(), OTHER_TEXT),
      );
    });
  });
}
