import fc from 'fast-check';
import { parseSuperuserSecret } from '../../src/domain/database-secret.js';
import { isRefusal } from '../../src/domain/refusal.js';
import { Sensitive } from '../../src/domain/sensitive.js';
import { accepted, FIELDS, parse, profile, refused, secretOf, textOf } from '../support/values.js';

describe('parsing a secret', () => {
  it('reads the form that AWS’s templates store', () => {
    const text = textOf({ masterarn: 'arn:of:the:superuser' });
    const secret = accepted(parse(text));
    expect(secret).toMatchObject({
      kind: 'secret',
      text,
      username: 'sheep',
      address: { host: 'db.example', port: 5439, database: 'shop' },
      superuserSecretId: 'arn:of:the:superuser',
    });
    expect(secret.password.reveal()).toBe(FIELDS.password);
  });

  it('fills in what may be left out', () => {
    const { address, ...secret } = secretOf({ port: undefined, dbname: undefined });
    expect(address).toStrictEqual({ host: 'db.example', port: 5439, database: 'dev' });
    expect(secret).not.toHaveProperty('superuserSecretId');
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['a port of digits', { port: '5440' }, { port: 5440 }],
    ['the least port', { port: 1 }, { port: 1 }],
    ['the greatest port', { port: 65535 }, { port: 65535 }],
    ['a port with a leading zero', { port: '05439' }, { port: 5439 }],
    ['a host in upper case', { host: 'DB.Example' }, { host: 'db.example' }],
    ['a host of one label', { host: 'localhost' }, { host: 'localhost' }],
    ['a host with an underscore', { host: 'my_db.local' }, { host: 'my_db.local' }],
    ['a host that begins with a digit', { host: '4711.db' }, { host: '4711.db' }],
    ['a host that ends in a digit', { host: 'db.node1' }, {}],
    ['a host with a last label that begins with digits', { host: 'db.4711a' }, {}],
    ['a host of 63-character labels', { host: `${'a'.repeat(63)}.b` }, {}],
    ['a host of 253 characters', { host: `${'a.'.repeat(126)}a` }, {}],
    ['an IPv4 address', { host: '127.0.0.1' }, { host: '127.0.0.1' }],
    ['the greatest IPv4 address', { host: '255.255.255.255' }, {}],
    ['an IPv6 address', { host: '::1' }, { host: '::1' }],
    ['an IPv6 address in upper case', { host: 'FE80::A' }, { host: 'fe80::a' }],
    ['an IPv4 address within IPv6', { host: '::ffff:127.0.0.1' }, {}],
    ['a database name in quotes', { dbname: `"it's" 100%` }, { database: `"it's" 100%` }],
    ['a database name beyond ASCII', { dbname: 'größe' }, { database: 'größe' }],
    ['a database name of 127 characters', { dbname: 'd'.repeat(127) }, {}],
    ['ssl as a flag', { ssl: true }, { ssl: true }],
    ['ssl as a text', { ssl: 'false' }, { ssl: false }],
    ['ssl as the other text', { ssl: 'true' }, { ssl: true }],
  ])('accepts %s', (_, change, address) => {
    expect(secretOf(change).address).toMatchObject(address);
  });

  it.each<[string, string]>([
    ['quotes', `o'sheep "the" woolly`],
    ['a percent sign', '%s%n100%'],
    ['unicode', 'Schäfchen🐑'],
    ['upper case', 'SHEEP'],
    ['a reserved word', 'select'],
    ['a clone’s name', 'x_clone'],
    ['a dollar sign and a semicolon', '$1; --'],
    ['127 bytes', 's'.repeat(127)],
    ['127 bytes beyond ASCII', `${'ä'.repeat(63)}s`],
    ['nothing but a word that holds PUBLIC', 'publican'],
    ['IAM without a colon', 'IAMsheep'],
    ['a name every object has', '__proto__'],
  ])('accepts a user name with %s', (_, username) => {
    expect(secretOf({ username }).username).toBe(username);
  });

  it.each<[string, string]>([
    ['a byte-order mark', `\uFEFF${textOf().reveal()}`],
    ['nothing', ''],
    ['a blank', ' '],
    ['null', 'null'],
    ['an array', '[{"username":"sheep"}]'],
    ['a string', '"Baaaaaa1"'],
    ['a number', '5439'],
    ['single quotes', `{'username':'sheep'}`],
    ['a trailing comma', '{"username":"sheep",}'],
    ['a bare password', FIELDS.password],
    ['a cut text', textOf().reveal().slice(0, -1)],
    ['64 KiB of rubbish', 'x'.repeat(65_536)],
  ])('refuses a text that is %s', (_, text) => {
    const refusal = refused(parse(new Sensitive(text)));
    expect(refusal).toMatchObject({ code: 'KEYTURN_INVALID_SECRET', field: 'SecretString' });
    expect(refusal.remedy).not.toBe('');
  });

  it.each<[string, unknown]>([
    ['engine', undefined],
    ['engine', null],
    ['engine', 'postgres'],
    ['engine', 'Redshift'],
    ['engine', ['redshift']],
    ['username', undefined],
    ['username', null],
    ['username', ''],
    ['username', 42],
    ['username', ['sheep']],
    ['username', { name: 'sheep' }],
    ['username', 'sh\u0000eep'],
    ['username', 'sh\neep'],
    ['username', 'sh\u0085eep'],
    ['username', 'sh\u2028eep'],
    ['username', 'sheep\\'],
    ['username', 'sh\ud800eep'],
    ['username', 's'.repeat(128)],
    ['username', 'ä'.repeat(64)],
    ['username', 'PUBLIC'],
    ['username', 'public'],
    ['username', 'IAM:sheep'],
    ['username', 'IAMA:sheep'],
    ['username', 'iam:sheep'],
    ['username', 'ns:sheep'],
    ['password', undefined],
    ['password', null],
    ['password', ''],
    ['password', 12345678],
    ['password', ['Baaaaaa1']],
    ['password', 'Baa\u0000aaaa1'],
    ['host', undefined],
    ['host', null],
    ['host', ''],
    ['host', 42],
    ['host', ['db.example']],
    ['host', ' db.example'],
    ['host', 'db.example '],
    ['host', 'db.example.'],
    ['host', '.db.example'],
    ['host', 'db..example'],
    ['host', '-db.example'],
    ['host', 'db-.example'],
    ['host', 'db.example,evil.example'],
    ['host', 'sheep@db.example'],
    ['host', 'db.example:5439'],
    ['host', 'db.example/shop'],
    ['host', 'db.example?sslmode=disable'],
    ['host', 'db.example#'],
    ['host', 'db%2eexample'],
    ['host', '/tmp'],
    ['host', '@abstract'],
    ['host', 'postgres://db.example'],
    ['host', 'host=db.example'],
    ['host', 'db.example\n'],
    ['host', 'db\u0000.example'],
    ['host', 'größe.example'],
    ['host', '\u212Aebab.example'],
    ['host', 'db．example'],
    ['host', '127.1'],
    ['host', '127.0.1'],
    ['host', '2130706433'],
    ['host', '0x7f.1'],
    ['host', '0x7f000001'],
    ['host', '127.0.0.0x1'],
    ['host', '0177.0.0.1'],
    ['host', '127.0.0.01'],
    ['host', '256.0.0.1'],
    ['host', '1.2.3.4.5'],
    ['host', 'db.example.1'],
    ['host', '[::1]'],
    ['host', '::1%eth0'],
    ['host', ':::1'],
    ['host', '::1::'],
    ['host', '::1]/a'],
    ['host', '12345::'],
    ['host', ':'],
    ['host', `${'a'.repeat(64)}.b`],
    ['host', `${'a.'.repeat(126)}ab`],
    ['port', ''],
    ['port', 0],
    ['port', '0'],
    ['port', -1],
    ['port', 65536],
    ['port', '65536'],
    ['port', 5439.5],
    ['port', 1e300],
    ['port', '5439 '],
    ['port', '+5439'],
    ['port', '0x153f'],
    ['port', '5439,5440'],
    ['port', '000005439'],
    ['port', true],
    ['port', [5439]],
    ['dbname', ''],
    ['dbname', 7],
    ['dbname', ['shop']],
    ['dbname', 'shop host=evil.example'],
    ['dbname', 'postgresql://evil.example/shop'],
    ['dbname', 'sho\u0000p'],
    ['dbname', 'sho\np'],
    ['dbname', 'shop\\'],
    ['dbname', 'd'.repeat(128)],
    ['ssl', 'yes'],
    ['ssl', 1],
    ['masterarn', ''],
    ['masterarn', 7],
    ['masterarn', 'arn\u0000'],
  ])('refuses an unfit %s: %j', (field, value) => {
    const refusal = refused(parse(textOf({ [field]: value })));
    expect(refusal).toMatchObject({ code: 'KEYTURN_INVALID_SECRET', field });
    expect(refusal.remedy).not.toBe('');
    expect(refusal.message + refusal.remedy).not.toContain(FIELDS.password);
  });

  it.each(['port', 'dbname', 'ssl', 'masterarn'])(
    'takes a null %s as if it were absent',
    (field) => {
      const { text: _, ...withNull } = accepted(parse(textOf({ [field]: null })));
      const { text: __, ...without } = accepted(parse(textOf({ [field]: undefined })));

      expect(withNull).toEqual(without);
    },
  );

  it.each(['username', 'password', 'host'])('says that the %s is missing', (field) => {
    const { message } = refused(parse(textOf({ [field]: undefined })));
    expect(message.toLowerCase()).toBe(`${field} of the awscurrent version is missing.`);
  });

  it('says what is wrong in a sentence', () => {
    expect(refused(parse(textOf({ port: 0 }))).message).toBe(
      'Port of the AWSCURRENT version is not a number from 1 to 65535.',
    );
    expect(refused(parse(new Sensitive('Baaaaaa1'))).message).toContain('is not JSON');
    expect(refused(parse(new Sensitive('[]'))).message).toContain('is not a JSON object');
  });

  it('never quotes what it refuses', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(FIELDS)),
        fc.string({ minLength: 6 }).map((text) => `§${text}`),
        fc.boolean(),
        (field, value, wrapped) => {
          const parsed = parse(textOf({ [field]: wrapped ? { nested: value } : value }));
          fc.pre(isRefusal(parsed));
          expect(JSON.stringify(parsed)).not.toContain(JSON.stringify(value).slice(1, -1));
        },
      ),
    );
  });

  it('takes the last of two equal keys, as JSON does', () => {
    const text = textOf().reveal().replace('{', '{"username":"wolf",');
    expect(accepted(parse(new Sensitive(text))).username).toBe('sheep');
  });
});

describe('parsing a superuser secret', () => {
  const credential = { username: 'shepherd', password: 'Woof-Woof-1' };
  const parseIt = (fields: object, fallback?: { host: string; port?: number }) =>
    parseSuperuserSecret(new Sensitive(JSON.stringify(fields)), profile, fallback);

  it('reads its server from itself', () => {
    const parsed = accepted(parseIt({ ...credential, host: 'DB.example', port: '5440' }));
    expect(parsed).toMatchObject({
      kind: 'superuser',
      username: 'shepherd',
      host: 'db.example',
      port: 5440,
    });
  });

  it('takes the server of the configuration where it names none', () => {
    expect(parseIt(credential, { host: 'DB.example' })).toMatchObject({
      host: 'db.example',
      port: 5439,
    });
    expect(parseIt(credential, { host: 'db.example', port: 5440 })).toMatchObject({ port: 5440 });
    expect(parseIt({ ...credential, port: 5441 }, { host: 'db.example' })).toMatchObject({
      port: 5441,
    });
  });

  it('prefers its own host to the configured one', () => {
    const parsed = parseIt({ ...credential, host: 'db.example' }, { host: 'other.example' });
    expect(parsed).toMatchObject({ host: 'db.example' });
  });

  it('names both settings where no host is known', () => {
    const refusal = refused(parseIt(credential));
    expect(refusal).toMatchObject({ code: 'KEYTURN_SUPERUSER_SECRET_UNFIT', field: 'host' });
    expect(refusal.remedy).toMatch(/superuserHost.*superuserPort/);
  });

  it.each<[string, object, { host: string } | undefined]>([
    ['its host', { host: 'a,b' }, undefined],
    ['its port', { host: 'db.example', port: 0 }, undefined],
    ['the configured host', {}, { host: 'a,b' }],
  ])('names no setting where %s is there and unfit', (_, change, fallback) => {
    const { remedy } = refused(parseIt({ ...credential, ...change }, fallback));
    expect(remedy).not.toContain('KEYTURN_SUPERUSER');
  });

  it.each<[string, object]>([
    ['engine', { engine: 'postgres' }],
    ['engine', { engine: null }],
    ['username', { username: undefined }],
    ['username', { username: 'IAM:admin' }],
    ['password', { password: '' }],
    ['password', { password: 7 }],
    ['host', { host: 'a,b' }],
    ['host', { host: null }],
    ['port', { host: 'db.example', port: 0 }],
    ['ssl', { host: 'db.example', ssl: 'perhaps' }],
  ])('refuses an unfit %s: %j', (field, change) => {
    const refusal = refused(parseIt({ ...credential, ...change }, { host: 'db.example' }));
    expect(refusal).toMatchObject({ code: 'KEYTURN_SUPERUSER_SECRET_UNFIT', field });
    expect(refusal.message + refusal.remedy).not.toContain(credential.password);
  });

  it.each(['[]', 'null', 'Woof-Woof-1', ''])('refuses the text %j', (text) => {
    const refusal = refused(parseSuperuserSecret(new Sensitive(text), profile, undefined));
    expect(refusal).toMatchObject({
      code: 'KEYTURN_SUPERUSER_SECRET_UNFIT',
      field: 'SecretString',
    });
  });
});
