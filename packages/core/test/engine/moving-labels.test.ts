import { singleUser } from '../../src/index.js';
import { override } from '../support/ports.js';
import { RotationFixture } from '../support/rotation-fixture.js';

describe('finishSecret whose AWSCURRENT moves whenever it is about to move it', () => {
  it('gives up for this time, and the next delivery goes on', async () => {
    const fixture = new RotationFixture({
      strategy: singleUser({ changeIn: 'setSecret' }),
      settings: { waitForReplicas: true },
    });
    fixture.begin('second');
    await fixture.runUpTo('testSecret', 'second');
    let looks = 0;
    const store = override(fixture.store, {
      // Every other look finds the replicas in step, after a pause.
      describe: async (request) => ({
        ...(await fixture.store.describe(request)),
        replicasBehind: looks++ % 2 === 0 ? ['eu-west-1'] : [],
      }),
    });
    const sleep = async () => fixture.putValue(`operator-${looks}`, {}, ['AWSCURRENT']);
    const clock = override(fixture.clock, { sleep });
    const error = await fixture.failure('finishSecret', 'second', {
      engine: fixture.engineWith({ store, clock }),
    });
    expect(error).toMatchObject({ code: 'KEYTURN_LABELS_IN_MOTION', retryable: true });
    expect(error.message).toBe(
      'AWSCURRENT moved to another version while this one was being proved. The next delivery proves it against the new current version.',
    );
    expect(looks).toBe(4);

    await fixture.run('finishSecret', 'second');
    expect(fixture.labels.AWSCURRENT).toBe('second');
  });
});
