import { alternatingUsers, KeyturnError } from '../../src/index.js';
import { override } from '../support/ports.js';
import { RotationBench } from '../support/rotation-bench.js';

/** A bench at setSecret, and an engine whose read of AWSPREVIOUS by its label fails. */
async function withoutPrevious(failure: Error) {
  const bench = new RotationBench({ strategy: alternatingUsers() });
  await bench.rotate('before');
  bench.begin('second');
  await bench.run('createSecret', 'second');
  const store = override(bench.store, {
    readValue: (request) =>
      'label' in request && request.label === 'AWSPREVIOUS'
        ? Promise.reject(failure)
        : bench.store.readValue(request),
  });
  return { bench, engine: bench.engineWith({ store }) };
}

describe('an AWSPREVIOUS value that is read before anybody needs it', () => {
  it('is read again where that fails', async () => {
    const throttled = new KeyturnError({ code: 'KEYTURN_STORE_THROTTLED', message: 'Slow down.' });
    const { bench, engine } = await withoutPrevious(throttled);
    await bench.run('setSecret', 'second', { engine });
    expect(bench.alive).toEqual(['before', 'second']);
  });

  it('does not hide a programming mistake', async () => {
    const { bench, engine } = await withoutPrevious(new TypeError('oops'));
    const { code } = await bench.failure('setSecret', 'second', { engine });
    expect(code).toBe('KEYTURN_UNEXPECTED');
  });
});
