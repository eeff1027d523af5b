import assert from 'node:assert/strict';
import type { TestRunner } from '../test-runner.js';
import { throwsCode, type SecretStoreBench } from './secret-store-bench.js';

/** Moving labels: where they go, what follows, what is refused. */
export function describeLabelMoves({ describe, it }: TestRunner, bench: SecretStoreBench): void {
  /** What is refused must leave the labels as they are. */
  async function refuses(
    secretId: string,
    label: string,
    places: Parameters<SecretStoreBench['move']>[2],
    code: 'KEYTURN_STORE_REFUSED' | 'KEYTURN_STORE_NOT_FOUND' = 'KEYTURN_STORE_REFUSED',
  ): Promise<void> {
    const before = await bench.labels(secretId);
    await throwsCode(code, secretId, () => bench.move(secretId, label, places));
    assert.deepEqual(await bench.labels(secretId), before);
  }

  describe('AWSCURRENT', () => {
    it('takes AWSPREVIOUS to the version it leaves, and AWSPENDING stays', async () => {
      const { secretId, current: first } = await bench.secret();
      const second = await bench.promote(secretId, first);

      assert.deepEqual(await bench.labels(secretId), {
        [first]: ['AWSPREVIOUS'],
        [second]: ['AWSCURRENT', 'AWSPENDING'],
      });
    });

    it('leaves the version before last without a label', async () => {
      const { secretId, current: first } = await bench.secret();
      const second = await bench.promote(secretId, first);
      const third = await bench.promote(secretId, second);

      assert.deepEqual(await bench.labels(secretId), {
        [second]: ['AWSPREVIOUS'],
        [third]: ['AWSCURRENT', 'AWSPENDING'],
      });
    });

    it('can go back to the version it came from', async () => {
      const { secretId, current: first } = await bench.secret();
      const second = await bench.promote(secretId, first);
      await bench.move(secretId, 'AWSPENDING', { from: second });
      await bench.move(secretId, 'AWSCURRENT', { from: second, to: first });

      assert.deepEqual(await bench.labels(secretId), {
        [first]: ['AWSCURRENT'],
        [second]: ['AWSPREVIOUS'],
      });
    });

    it('is refused when it is not, or no longer, where it should leave', async () => {
      const { secretId, current: first } = await bench.secret();
      const second = await bench.promote(secretId, first);

      await refuses(secretId, 'AWSCURRENT', { from: first, to: second });
    });

    it('is refused when the version it leaves is not named', async () => {
      const { secretId } = await bench.secret();
      const pending = await bench.pending(secretId);

      await refuses(secretId, 'AWSCURRENT', { to: pending });
    });

    it('is never removed', async () => {
      const { secretId, current } = await bench.secret();

      await refuses(secretId, 'AWSCURRENT', { from: current });
    });

    it('is attached to a pending version where there was none', async () => {
      const { secretId } = await bench.subject.makeSecret({});
      const versionId = bench.freshVersion();
      await bench.subject.stagePending(secretId, versionId);
      await bench.put(secretId, versionId, '{}');
      await bench.move(secretId, 'AWSCURRENT', { to: versionId });

      assert.deepEqual(await bench.labels(secretId), { [versionId]: ['AWSCURRENT', 'AWSPENDING'] });
    });

    it('moves once when two move it at once', async () => {
      const { secretId, current: from } = await bench.secret();
      const to = await bench.pending(secretId);
      const move = () => bench.move(secretId, 'AWSCURRENT', { from, to });

      const outcomes = await Promise.allSettled([move(), move()]);
      assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
      assert.deepEqual(await bench.labels(secretId), {
        [from]: ['AWSPREVIOUS'],
        [to]: ['AWSCURRENT', 'AWSPENDING'],
      });
    });
  });

  describe('any label', () => {
    it('is attached, moved and removed', async () => {
      const { secretId, current } = await bench.secret();
      const pending = await bench.pending(secretId);

      await bench.move(secretId, 'GREEN', { to: current });
      assert.deepEqual((await bench.labels(secretId))[current], ['AWSCURRENT', 'GREEN']);
      await bench.move(secretId, 'GREEN', { from: current, to: pending });
      assert.deepEqual((await bench.labels(secretId))[pending], ['AWSPENDING', 'GREEN']);
      await bench.move(secretId, 'GREEN', { from: pending });
      assert.deepEqual(await bench.labels(secretId), {
        [current]: ['AWSCURRENT'],
        [pending]: ['AWSPENDING'],
      });
    });

    it('stays where it is when AWSCURRENT leaves', async () => {
      const { secretId, current } = await bench.secret();
      await bench.move(secretId, 'GREEN', { to: current });
      await bench.promote(secretId, current);

      assert.deepEqual((await bench.labels(secretId))[current], ['AWSPREVIOUS', 'GREEN']);
    });

    it('is refused when it is on no version, or on another one', async () => {
      const { secretId, current } = await bench.secret();
      const pending = await bench.pending(secretId);

      await refuses(secretId, 'GREEN', { from: current });
      await refuses(secretId, 'AWSPENDING', { from: current });
      await refuses(secretId, 'AWSPENDING', { to: current });
      await bench.move(secretId, 'AWSPENDING', { from: pending });
      await refuses(secretId, 'AWSPENDING', { from: pending });
    });

    it('is refused without a version to leave or to go to', async () => {
      const { secretId } = await bench.secret();

      await refuses(secretId, 'GREEN', {});
    });

    it('goes to no version that does not exist', async () => {
      const { secretId, current } = await bench.secret();
      const to = bench.freshVersion();

      await refuses(secretId, 'GREEN', { to }, 'KEYTURN_STORE_NOT_FOUND');
      await refuses(secretId, 'AWSCURRENT', { from: current, to }, 'KEYTURN_STORE_NOT_FOUND');
    });

    it('is moved nowhere for an unknown secret', async () => {
      await throwsCode('KEYTURN_STORE_NOT_FOUND', 'unknown', () =>
        bench.move('unknown', 'GREEN', { to: bench.freshVersion() }),
      );
    });
  });
}
