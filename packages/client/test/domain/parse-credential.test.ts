import fc from 'fast-check';
import { isRefusal, Sensitive } from '@keyturn/core';
import { parseCredential } from '../../src/domain/parse-credential.js';

const parse = (value: unknown) =>
  parseCredential(
    new Sensitive(typeof value === 'string' ? value : JSON.stringify(value)),
    'the AWSCURRENT version of orders',
  );
const fit = { username: 'app', password: 'p', host: 'db.example.com', port: 5439, dbname: 'dev' };

it('takes user, password and address', () => {
  expect(parse(fit)).toMatchObject({
    user: 'app',
    address: { host: 'db.example.com', port: 5439, database: 'dev' },
  });
  expect(parse({ username: 'app', password: 'p' })).toMatchObject({ user: 'app', address: {} });
  expect(parse({ ...fit, port: '5439' })).toMatchObject({ address: { port: 5439 } });
});

it.each([
  ['SecretString', 'not json'],
  ['SecretString', '[]'],
  ['SecretString', 'null'],
  ['username', { ...fit, username: '' }],
  ['username', { ...fit, username: undefined }],
  ['username', { ...fit, username: 7 }],
  ['password', { ...fit, password: undefined }],
  ['password', { ...fit, password: '' }],
  ['password', { ...fit, password: null }],
  ['password', { ...fit, password: 'a\u0000b' }],
  ['host', { ...fit, host: 'db.example.com:5439' }],
  ['host', { ...fit, host: 'a,b' }],
  ['port', { ...fit, port: 0 }],
  ['port', { ...fit, port: null }],
  ['dbname', { ...fit, dbname: 'postgres://elsewhere/dev' }],
  ['dbname', { ...fit, dbname: '' }],
])('refuses a value whose %s is not fit', (field, value) => {
  expect(parse(value)).toMatchObject({ code: 'KEYTURN_INVALID_SECRET', field });
});

it('quotes nothing of what it refuses', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 12 }), (text) => {
      const parsed = parse({ username: text, password: `${text}\u0000` });
      if (isRefusal(parsed)) expect(JSON.stringify(parsed)).not.toContain(text);
    }),
  );
});
