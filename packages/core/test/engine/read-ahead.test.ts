import { alternatingUsers, KeyturnError } from '../../src/index.js';
import { override } from '../support/ports.js';
import { RotationFixture } from '../support/rotation-fixture.js';

/** A fixture at setSecret, and an engine whose read of AWSPREVIOUS by its label fails. */
async function withoutPrevious(failure: Error) {
  const fixture = new RotationFixture({ strategy: alternatingUsers() });
  await fixture.rotate('before');
  fixture.begin('second');
  await fixture.run('createSecret', 'second');
  const store = override(fixture.store, {
    readValue: (request) =>
      'label' in request && request.label === 'AWSPREVIOUS'
        ? Promise.reject(failure)
        : fixture.store.readValue(request),
  });
  return { fixture, engine: fixture.engineWith({ store }) };
}

describe('an AWSPREVIOUS value that is read before anybody needs it', () => {
  it('is read again where that fails', async () => {
    const throttled = new KeyturnError({ code: 'KEYTURN_STORE_THROTTLED', message: 'Slow down.' });
    const { fixture, engine } = await withoutPrevious(throttled);
    await fixture.run('setSecret', 'second', { engine });
    expect(fixture.alive).toEqual(['before', 'second']);
  });

  it('does not hide a programming mistake', async () => {
    const { fixture, engine } = await withoutPrevious(new TypeError('oops'));
    const { code } = await fixture.failure('setSecret', 'second', { engine });
    expect(code).toBe('KEYTURN_UNEXPECTED');
  });
});
