import fc from 'fast-check';
import { rewriteSecret } from '../../src/domain/rewrite-secret.js';
import { Sensitive } from '../../src/domain/sensitive.js';
import { FIELDS } from '../support/values.js';

const rewrite = (text: string, username = 'sheep_clone', password = 'Oink-"2"\\') =>
  rewriteSecret(new Sensitive(text), { username, password: new Sensitive(password) }).reveal();

/** A JSON string that may spell any character as an escape. */
const spelled = (text: string) =>
  fc.array(fc.boolean(), { minLength: text.length, maxLength: text.length }).map((escaped) => {
    const units = Array.from({ length: text.length }, (_, i) => {
      const unit = `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`;
      return escaped[i] ? unit : JSON.stringify(text.charAt(i)).slice(1, -1);
    });
    return `"${units.join('')}"`;
  });

const space = fc.constantFrom('', ' ', '\n', '\t\r\n  ');
const keyName = fc.oneof(
  fc.string(),
  fc.constantFrom('user', 'Username', 'passwords', '__proto__', 'a,b', '{', '"', '\\', 'username:'),
);
/** Whatever a value can be, with the keys in question deeper down. */
const value = fc.oneof(
  fc.json(),
  fc.constantFrom(
    '12345678901234567890.000',
    '1E+400',
    '-0',
    '{"username":"nested","password":"nested"}',
    '[{"password":"nested"},"username","password"]',
    '"\\"password\\":\\"x\\""',
    '"}{][,:"',
  ),
);
const other = fc.tuple(
  keyName.filter((key) => key !== 'username' && key !== 'password').chain(spelled),
  value,
);
const credential = (key: string) => fc.tuple(spelled(key), fc.string().chain(spelled));

/** The text of an object that has both keys at least once, and where each replaced value stands in it. */
const texts = fc
  .record({
    members: fc.tuple(
      credential('username'),
      credential('password'),
      fc.array(fc.oneof(other, other, credential('username'), credential('password')), {
        maxLength: 6,
      }),
    ),
    space,
    order: fc.integer(),
  })
  .map(({ members: [username, password, others], space, order }) => {
    const all = [username, password, ...others];
    const from = Math.abs(order) % all.length;
    const turned = [...all.slice(from), ...all.slice(0, from)];
    const body = turned.map(([key, text]) => `${space}${key}${space}:${space}${text}${space}`);
    return { text: `${space}{${body.join(',')}}${space}`, members: turned };
  });

describe('rewriting a secret', () => {
  it('changes the credential and no other character', () => {
    fc.assert(
      fc.property(texts, fc.string(), fc.string(), ({ text, members }, username, password) => {
        const written = { username, password };
        let expected = text;
        let from = 0;
        for (const [key, old] of members) {
          const name = JSON.parse(key) as string;
          const at = expected.indexOf(old, expected.indexOf(key, from) + key.length);
          const fresh = name in written ? JSON.stringify(written[name as 'username']) : old;
          if (Object.hasOwn(written, name)) {
            expected = expected.slice(0, at) + fresh + expected.slice(at + old.length);
            from = at + fresh.length;
          } else from = at + old.length;
        }
        expect(rewrite(text, username, password)).toBe(expected);
      }),
    );
  });

  it('parses to the old fields with the new credential', () => {
    fc.assert(
      fc.property(texts, fc.string(), fc.string(), ({ text }, username, password) => {
        const before = JSON.parse(text) as object;
        expect(JSON.parse(rewrite(text, username, password))).toEqual({
          ...before,
          username,
          password,
        });
      }),
    );
  });

  it('leaves the text alone where the credential stays', () => {
    const text = JSON.stringify(FIELDS);
    expect(rewrite(text, FIELDS.username, FIELDS.password)).toBe(text);
  });

  it.each([
    [
      'escaped spellings of a key',
      '{"user\\u006eame":"a","pass\\u0077ord":"b"}',
      '{"user\\u006eame":"U","pass\\u0077ord":"P"}',
    ],
    [
      'a key that occurs twice',
      '{"password":"a","username":"b","password":"c"}',
      '{"password":"P","username":"U","password":"P"}',
    ],
    [
      'keys further down',
      '{"x":{"username":"a"},"y":[{"password":"b"}],"username":"c","password":"d"}',
      '{"x":{"username":"a"},"y":[{"password":"b"}],"username":"U","password":"P"}',
    ],
    [
      'a number no JavaScript number can hold',
      '{"id":12345678901234567890.10,"username":"a","password":"b"}',
      '{"id":12345678901234567890.10,"username":"U","password":"P"}',
    ],
    [
      'a value that looks like a key',
      '{"a":"password","username":"password","password":"username","b":"username"}',
      '{"a":"password","username":"U","password":"P","b":"username"}',
    ],
    [
      'quotes, braces and commas in values',
      '{"a":"\\"}{,:[","username":"\\\\","password":"\\""}',
      '{"a":"\\"}{,:[","username":"U","password":"P"}',
    ],
    [
      'white space and order',
      '{\n\t"password" : "b" ,\r\n "username":"a"\n}\n',
      '{\n\t"password" : "P" ,\r\n "username":"U"\n}\n',
    ],
  ])('keeps %s', (_, text, expected) => expect(rewrite(text, 'U', 'P')).toBe(expected));

  it('copes with the greatest value the service stores', () => {
    const note = '\\"'.repeat(32_000);
    const text = `{"note":"${note}","username":"a","password":"b"}`;
    expect(rewrite(text, 'U', 'P')).toBe(`{"note":"${note}","username":"U","password":"P"}`);
  });
});
