import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { TestRunner } from '../test-runner.js';
import { TEXT, throwsCode, type SecretStoreFixture } from './secret-store-fixture.js';

/** Reading a value: what is found, what is undefined, what is an error. */
export function describeReading({ describe, it }: TestRunner, fixture: SecretStoreFixture): void {
  describe('a value', () => {
    it('is read by label and by version', async () => {
      const { secretId, arn, current: versionId } = await fixture.secret();

      for (const id of [secretId, arn]) {
        for (const request of [{ label: 'AWSCURRENT' }, { versionId }]) {
          const value = await fixture.store.readValue({ secretId: id, ...request });
          assert(value?.kind === 'text');
          assert.equal(value.versionId, versionId);
          assert.equal(value.text.reveal(), TEXT);
        }
      }
    });

    it('hides its text from whoever prints it', async () => {
      const { secretId } = await fixture.secret();

      const value = await fixture.store.readValue({ secretId, label: 'AWSCURRENT' });
      assert(!inspect(value, { depth: null, showHidden: true }).includes(TEXT));
      assert(!JSON.stringify(value).includes(TEXT));
    });

    it('is read from a version without a label', async () => {
      const { secretId, current } = await fixture.secret();
      const next = await fixture.promote(secretId, current);
      await fixture.move(secretId, 'AWSPREVIOUS', { from: current });

      assert.equal(await fixture.text(secretId, current), TEXT);
      assert.deepEqual(await fixture.labels(secretId), { [next]: ['AWSCURRENT', 'AWSPENDING'] });
    });

    it('is undefined for a label that is nowhere', async () => {
      const { secretId } = await fixture.secret();

      const value = await fixture.store.readValue({ secretId, label: 'AWSPENDING' });
      assert.equal(value, undefined);
    });

    it('is undefined for a version that does not exist', async () => {
      const { secretId } = await fixture.secret();

      const value = await fixture.store.readValue({ secretId, versionId: fixture.freshVersion() });
      assert.equal(value, undefined);
    });

    it('is undefined for a version that has none yet, by label and by id', async () => {
      const { secretId } = await fixture.secret();
      const versionId = fixture.freshVersion();
      await fixture.subject.stagePending(secretId, versionId);

      assert.equal(await fixture.store.readValue({ secretId, versionId }), undefined);
      assert.equal(await fixture.store.readValue({ secretId, label: 'AWSPENDING' }), undefined);
    });

    it('is undefined where the secret has no version at all', async () => {
      const { secretId } = await fixture.subject.makeSecret({});

      const value = await fixture.store.readValue({ secretId, label: 'AWSCURRENT' });
      assert.equal(value, undefined);
    });

    it('says that it is binary, and gives nothing of it', async () => {
      const { secretId, current } = await fixture.secret({ current: { binary: true } });

      const value = await fixture.store.readValue({ secretId, label: 'AWSCURRENT' });
      const { arn: secretArn } = await fixture.store.describe({ secretId });
      assert.deepEqual(value, { kind: 'binary', secretArn, versionId: current });
    });

    it('names the secret by its full ARN, whatever it was asked for by', async () => {
      const { secretId, current } = await fixture.secret({ current: 'a value' });

      const { arn } = await fixture.store.describe({ secretId });
      const partialArn = arn.replace(/-[a-zA-Z0-9]{6}$/, '');
      for (const asked of [secretId, arn, partialArn]) {
        const byLabel = await fixture.store.readValue({ secretId: asked, label: 'AWSCURRENT' });
        const byVersion = await fixture.store.readValue({ secretId: asked, versionId: current });
        assert.equal(byLabel?.secretArn, arn);
        assert.equal(byVersion?.secretArn, arn);
      }
    });

    it('fails with a code of its own for an unknown secret', async () => {
      await throwsCode('KEYTURN_STORE_NOT_FOUND', 'unknown', () =>
        fixture.store.readValue({ secretId: 'unknown', label: 'AWSCURRENT' }),
      );
    });
  });
}
