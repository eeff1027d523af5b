import { createRedactor } from '../../src/adapter/index.js';

const PASSWORD = 'Ab3$efgh1jKlmn0pQrst&vwxyz';
const SHORT = 'Zx9!kLm2';
const FIELDS = {
  engine: 'redshift',
  host: 'cluster.example.com',
  port: 5439,
  dbname: 'warehouse',
  username: 'orders_app',
  password: PASSWORD,
  masterarn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:boss-AbCdEf',
};
const documentOf = (more: object = {}) => JSON.stringify({ ...FIELDS, ...more });

/** Broken in such a way that some parser quotes what is around. */
const BROKEN: readonly (readonly [what: string, (password: string) => string])[] = [
  ['no quotation mark at the beginning', (password) => `{"password":${password}"}`],
  ['no quotation marks at all', (password) => `{"password":${password}}`],
  ['something behind the value', (password) => `{"password":"${password}"x}`],
  ['the password alone', (password) => password],
  ['the password and a brace', (password) => `${password}}`],
  ['an unknown escape', (password) => `{"password":"\\x${password}"}`],
  ['a line break', (password) => `{"password":"\n${password}"}`],
  ['no end', (password) => `{"password":"${password}`],
  ['in a list', (password) => `["a",${password}]`],
  ['behind a comma', (password) => `{"a":1,,"password":"${password}"}`],
];

function faultOf(parse: () => unknown): string {
  try {
    parse();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

/** The longest stretch of a secret that a text shows. */
function mostShown(text: string, secret: string): number {
  for (let length = secret.length; length > 0; length--) {
    for (let at = 0; at + length <= secret.length; at++) {
      if (text.includes(secret.slice(at, at + length))) return length;
    }
  }
  return 0;
}

/** What parsers of several versions of Node, of Python and of Postgres say about a text near a place in it. */
function quotations(text: string): string[] {
  return Array.from({ length: text.length }, (_, at) => {
    const near = text.slice(Math.max(0, at - 10), at + 10);
    return [
      `Unexpected token '${text.charAt(at)}', ..."${near}"... is not valid JSON`,
      `Unexpected token '${text.charAt(at)}', "${text.slice(0, at + 10)}"... is not valid JSON`,
      `Unexpected token '${text.charAt(at)}', ..."${text.slice(at)}" is not valid JSON`,
      `syntax error at or near "${text.slice(at)}"`,
      `unterminated quoted string at or near "'${text.slice(0, at)}…`,
      `LINE 1: ...${near}...`,
    ];
  }).flat();
}

describe('6: No secret value stands in any text, and redaction stays linear', () => {
  it.each(BROKEN)('hides what the JSON parser of this Node quotes of a secret: %s', (_, broken) => {
    for (const password of [PASSWORD, SHORT, 'eight888']) {
      const text = broken(password);
      const said = faultOf(() => JSON.parse(text));
      const shown = createRedactor({ texts: [text], passwords: [password] }).foreign(said);
      expect(mostShown(shown, password)).toBeLessThan(4);
    }
  });

  it('hides what any parser quotes, wherever the fault is and wherever the quotation is cut', () => {
    for (const password of [PASSWORD, SHORT]) {
      const document = documentOf({ password });
      const { foreign } = createRedactor({ texts: [document], passwords: [password] });
      const all = [...quotations(document), ...quotations(password)];
      for (const said of all) {
        const shown = foreign(said);
        const secret = mostShown(shown, password) < 4 ? '' : shown;
        expect([said, secret]).toEqual([said, '']);
      }
    }
    countTrials(200);
  });

  it.each([
    ['URL', () => new URL(`http://u:${PASSWORD}@[`)],
    ['URL of a short one', () => new URL(`http://${SHORT}:${SHORT}@[`)],
    ['BigInt', () => BigInt(PASSWORD)],
    ['regular expression', () => new RegExp(`(${PASSWORD}`)],
    ['decoder', () => decodeURIComponent(`${PASSWORD}%`)],
  ])('hides what the parser of a %s quotes', (_, parse) => {
    const { foreign } = createRedactor({ passwords: [PASSWORD, SHORT] });
    const shown = foreign(faultOf(parse));
    expect(mostShown(shown, PASSWORD)).toBeLessThan(8);
    expect(mostShown(shown, SHORT)).toBeLessThan(8);
  });

  it('leaves addresses and names in a message, which are no secret', () => {
    const { mask, foreign } = createRedactor({ texts: [documentOf()] });
    for (const text of [
      `The database at ${FIELDS.host}:${FIELDS.port} refuses ${FIELDS.username} (${FIELDS.dbname}).`,
      `No such secret: ${FIELDS.masterarn}.`,
      'username and password of the AWSCURRENT version are missing.',
    ]) {
      expect(mask(text)).toBe(text);
      expect(foreign(text)).toBe(text);
    }
  });

  it.each([
    ['of a key of its own', { apiKey: 'K3y-of-the-shop-1' }, 'K3y-of-the-shop-1'],
    ['deep within', { deep: [{ er: { apiKey: 'K3y-of-the-shop-1' } }] }, 'K3y-of-the-shop-1'],
    ['in a list under a plain key', { host: ['K3y-of-the-shop-1'] }, 'K3y-of-the-shop-1'],
    ['in an object under a plain key', { host: { x: 'K3y-of-the-shop-1' } }, 'K3y-of-the-shop-1'],
    [
      'behind a key that is written with escapes',
      { 'a"b': 'K3y-of-"the-shop-1' },
      'K3y-of-"the-shop-1',
    ],
    ['that is a number', { pin: 1234567890123 }, '1234567890123'],
    [
      'that looks like a document',
      { password: '{"host":"K3y-of-the-shop-1"}' },
      'K3y-of-the-shop-1',
    ],
    [
      'that is a document, escaped',
      { inner: JSON.stringify({ k: 'K3y-of-the-shop-1' }) },
      'K3y-of-the-shop-1',
    ],
  ])('hides a value %s', (_, more, secret) => {
    const document = documentOf(more);
    const { foreign } = createRedactor({ texts: [document] });
    for (const text of [
      secret,
      `x ${secret} y`,
      JSON.stringify(secret),
      document,
      JSON.stringify({ document }),
    ]) {
      expect(mostShown(foreign(text), secret)).toBeLessThan(8);
    }
  });

  it('hides both of two values under one key', () => {
    const document = '{"password":"First-Secret-1","password":"Other-Secret-2"}';
    const shown = createRedactor({ texts: [document] }).foreign('First-Secret-1 Other-Secret-2');
    expect(shown).toBe('[redacted] [redacted]');
  });

  it('shows no short value behind its key, in a text or within another', () => {
    const document = documentOf({ pin: '9876', env: 'prod', on: true });
    const { foreign } = createRedactor({ texts: [document] });
    expect(foreign(document)).not.toContain('9876');
    expect(foreign(JSON.stringify({ SecretString: document }))).not.toContain('9876');
    expect(foreign('..."pin":"9876","en"...')).not.toContain('9876');
    // Elsewhere it is a word like any other.
    expect(foreign('in prod since 9876')).toBe('in prod since 9876');
  });

  it.each(['not JSON', '[1]', '"text"', '{"a":', `{"host":"${FIELDS.host}"`])(
    'takes all of a secret that is no JSON object for secret: %s',
    (text) => {
      const secret = `${text}, which is long`;
      expect(createRedactor({ texts: [secret] }).foreign(`<${secret}>`)).toBe('<[redacted]>');
    },
  );
});
