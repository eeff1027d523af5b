import assert from 'node:assert/strict';
import type { SecretStoreSupport } from '../secret-store-subject.js';
import type { TestRunner } from '../test-runner.js';
import { OTHER_TEXT, throwsCode, type SecretStoreFixture } from './secret-store-fixture.js';

/** What is said about a secret and its versions, without any value. */
export function describeDescriptions(
  { describe, it }: TestRunner,
  fixture: SecretStoreFixture,
  supports: SecretStoreSupport,
): void {
  describe('a description', () => {
    it('shows the ARN and the labels, under the name and under the ARN', async () => {
      const { secretId, arn, current } = await fixture.secret();

      for (const id of [secretId, arn]) {
        assert.equal((await fixture.store.describe({ secretId: id })).arn, arn);
        assert.deepEqual(await fixture.labels(id), { [current]: ['AWSCURRENT'] });
      }
    });

    it('shows no labels for a secret without a version', async () => {
      const { secretId } = await fixture.subject.makeSecret({});

      assert.deepEqual(await fixture.labels(secretId), {});
    });

    it('shows a pending version that has no value yet', async () => {
      const { secretId, current } = await fixture.secret();
      const versionId = fixture.freshVersion();
      await fixture.subject.stagePending(secretId, versionId);

      assert.deepEqual(await fixture.labels(secretId), {
        [current]: ['AWSCURRENT'],
        [versionId]: ['AWSPENDING'],
      });
    });

    it('tells rotation that is on, off and never set up apart', async () => {
      const said = async (rotationEnabled?: boolean) => {
        const { secretId } = await fixture.secret(
          rotationEnabled === undefined ? {} : { rotationEnabled },
        );
        return (await fixture.store.describe({ secretId })).rotationEnabled;
      };

      assert.deepEqual(
        [await said(true), await said(false), await said()],
        [true, false, undefined],
      );
    });

    it('names no owner, no tag and no replica where there is none', async () => {
      const { secretId } = await fixture.secret();

      const { owningService, tags, replicasBehind } = await fixture.store.describe({ secretId });
      assert.deepEqual(
        { owningService, tags, replicasBehind },
        { owningService: undefined, tags: undefined, replicasBehind: [] },
      );
    });

    if (supports.owningService) {
      it('names the service that owns the secret', async () => {
        const { secretId } = await fixture.secret({ owningService: 'redshift' });

        assert.equal((await fixture.store.describe({ secretId })).owningService, 'redshift');
      });
    }

    if (supports.tags) {
      it('has the tags, those of a service too', async () => {
        const tags = { team: 'sheep', 'aws:redshift:primaryclusterarn': 'arn:of:the:cluster' };
        const { secretId } = await fixture.secret({ tags });

        assert.deepEqual(
          (await fixture.store.describe({ secretId })).tags,
          new Map(Object.entries(tags)),
        );
      });
    }

    it('fails with a code of its own for an unknown secret', async () => {
      await throwsCode('KEYTURN_STORE_NOT_FOUND', 'unknown', () =>
        fixture.store.describe({ secretId: 'unknown' }),
      );
    });

    it('is about one subject only', async () => {
      const [one, other] = [await fixture.secret(), await fixture.secret()];
      await fixture.pending(one.secretId);

      assert.deepEqual(await fixture.labels(other.secretId), { [other.current]: ['AWSCURRENT'] });
    });
  });

  describe('the list of versions', () => {
    it('has every version, without a label too, the newest first', async () => {
      const { secretId, current: first } = await fixture.secret();
      const second = await fixture.promote(secretId, first);
      const third = await fixture.promote(secretId, second, OTHER_TEXT + ' ');

      const versions = await fixture.store.listVersions({ secretId });
      assert.deepEqual(
        versions.map(({ versionId, labels }) => [versionId, [...labels].sort()]),
        [
          [third, ['AWSCURRENT', 'AWSPENDING']],
          [second, ['AWSPREVIOUS']],
          [first, []],
        ],
      );
      const ages = versions.map(({ createdAt }) => createdAt);
      assert.deepEqual(
        ages,
        [...ages].sort((a, b) => b - a),
      );
    });

    it('is empty for a secret without a version', async () => {
      const { secretId } = await fixture.subject.makeSecret({});

      assert.deepEqual(await fixture.store.listVersions({ secretId }), []);
    });

    it('fails with a code of its own for an unknown secret', async () => {
      await throwsCode('KEYTURN_STORE_NOT_FOUND', 'unknown', () =>
        fixture.store.listVersions({ secretId: 'unknown' }),
      );
    });
  });
}
