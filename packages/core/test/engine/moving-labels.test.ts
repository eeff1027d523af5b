import { singleUser } from '../../src/index.js';
import { override } from '../support/ports.js';
import { RotationBench } from '../support/rotation-bench.js';

describe('finishSecret whose AWSCURRENT moves whenever it is about to move it', () => {
  it('gives up for this time, and the next delivery goes on', async () => {
    const bench = new RotationBench({
      strategy: singleUser(),
      settings: { waitForReplicas: true },
    });
    bench.begin('second');
    await bench.runUpTo('testSecret', 'second');
    let looks = 0;
    const store = override(bench.store, {
      // Every other look finds the replicas in step, after a pause.
      describe: async (request) => ({
        ...(await bench.store.describe(request)),
        replicasBehind: looks++ % 2 === 0 ? ['eu-west-1'] : [],
      }),
    });
    const sleep = async () => bench.putValue(`operator-${looks}`, {}, ['AWSCURRENT']);
    const clock = override(bench.clock, { sleep });
    const error = await bench.failure('finishSecret', 'second', {
      engine: bench.engineWith({ store, clock }),
    });
    expect(error).toMatchObject({ code: 'KEYTURN_LABELS_IN_MOTION', retryable: true });
    expect(error.message).toBe(
      'AWSCURRENT moved to another version while this one was being proved. The next delivery proves it against the new current version.',
    );
    expect(looks).toBe(4);

    await bench.run('finishSecret', 'second');
    expect(bench.labels.AWSCURRENT).toBe('second');
  });
});
