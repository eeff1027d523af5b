import { placeToPresent } from '../../src/domain/place-to-present.js';
import { secretOf } from '../support/values.js';

describe('a stored credential', () => {
  const current = secretOf();
  const addressOf = (change: Record<string, unknown>) => secretOf(change).address;

  it.each([{}, { username: 'sheep_clone', dbname: 'other', host: 'DB.example' }, { ssl: false }])(
    'is presented at its own address, on the server of AWSCURRENT: %j',
    (change) => {
      for (const serverIsConfigured of [false, true]) {
        const place = placeToPresent(secretOf(change), current, { serverIsConfigured });
        expect(place).toEqual(addressOf(change));
      }
    },
  );

  it.each([{ host: 'other.example' }, { port: 5440 }])(
    'of another server is presented at AWSCURRENT’s only where the configuration names that: %j',
    (change) => {
      const place = (serverIsConfigured: boolean) =>
        placeToPresent(secretOf(change), current, { serverIsConfigured });
      expect(place(false)).toBeUndefined();
      expect(place(true)).toEqual(current.address);
    },
  );
});
