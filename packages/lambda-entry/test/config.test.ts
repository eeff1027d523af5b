import { inspect } from 'node:util';
import { KeyturnError } from '@keyturn/core';
import { parseConfig, type Environment, type FunctionConfig } from '../src/index.js';
import { FUNCTION_SETTINGS } from '../src/parts/function-settings.js';

const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const files: Readonly<Record<string, string>> = { '/ca.pem': PEM, '/key.pem': 'hunter2-in-a-file' };

function readFile(path: string): string {
  const text = files[path];
  if (text === undefined) throw new Error(`ENOENT: no such file or directory, open '${path}'`);
  return text;
}

const parse = (env: Environment) => parseConfig(env, readFile);

interface Cases {
  /** Where the value goes. */
  read(config: FunctionConfig): unknown;
  readonly whenAbsent: unknown;
  /** Text and what it is parsed to. */
  readonly accepted: readonly (readonly [text: string, value: unknown])[];
  readonly refused: readonly string[];
}

const flag = {
  accepted: [
    ['true', true],
    ['FALSE', false],
    ['yes', true],
    ['n', false],
    ['1', true],
    ['0', false],
  ],
  refused: ['maybe', 'truee', ' true', '2', 'null'],
} as const;

/** Every setting there is: a new one without a line here does not pass the type check. */
const CASES: Record<keyof typeof FUNCTION_SETTINGS, Cases> = {
  endpoint: {
    read: ({ endpoint }) => endpoint,
    whenAbsent: undefined,
    accepted: [
      ['https://secrets.example', 'https://secrets.example'],
      ['http://127.0.0.1:5100/', 'http://127.0.0.1:5100/'],
    ],
    refused: ['secrets.example', 'ftp://secrets.example', 'file:///etc/passwd', '//x'],
  },
  passwordSource: {
    read: ({ passwordSource }) => passwordSource,
    whenAbsent: 'local',
    accepted: [
      ['local', 'local'],
      ['secretsmanager', 'secretsmanager'],
    ],
    refused: ['SecretsManager', 'random'],
  },
  tlsMode: {
    read: ({ tls }) => tls.mode,
    whenAbsent: 'verify-full',
    accepted: [
      ['verify-full', 'verify-full'],
      ['verify-ca', 'verify-ca'],
      ['disable', 'disable'],
    ],
    refused: ['require', 'prefer', 'allow', 'Disable', 'false'],
  },
  tlsCa: {
    read: ({ tls }) => tls.ca,
    whenAbsent: undefined,
    accepted: [
      [PEM, PEM],
      [PEM.replaceAll('\n', '\\n'), PEM],
      ['/ca.pem', PEM],
    ],
    refused: ['/missing.pem', '/key.pem', 'hunter2-as-text'],
  },
  tlsAllowSecretOptOut: {
    read: ({ tls }) => tls.allowSecretOptOut,
    whenAbsent: false,
    ...flag,
  },
};

const each = Object.entries(CASES).map(([name, cases]) => {
  const { variable } = FUNCTION_SETTINGS[name as keyof typeof FUNCTION_SETTINGS];
  return { name, variable, ...cases };
});

describe.each(each)('$variable', ({ name, variable, read, whenAbsent, accepted, refused }) => {
  it('has its default when it is absent or empty', () => {
    expect(read(parse({}))).toEqual(whenAbsent);
    expect(read(parse({ [variable]: '' }))).toEqual(whenAbsent);
    expect(read(parse({ [variable]: undefined }))).toEqual(whenAbsent);
  });

  it('is read', () => {
    for (const [text, value] of accepted) expect(read(parse({ [variable]: text }))).toEqual(value);
  });

  it('is refused by name, with the form it has to have, and never quoted', () => {
    for (const text of refused) {
      const error = errorOf({ [variable]: text });

      expect(error).toMatchObject({ code: 'KEYTURN_INVALID_SETTING', field: name });
      expect(error.message).toMatch(new RegExp(`^The setting ${name} .*has to be `));
      expect(error.remedy).toContain('docs/settings.md');
      const said = inspect(error, { depth: 9, showHidden: true });
      expect(said).not.toMatch(/hunter2|missing\.pem|ENOENT/);
      if (text.length > 5) expect(error.message).not.toContain(text);
    }
  });
});

it('hands the settings of the engine on', () => {
  const env = { KEYTURN_SUPERUSER_HOST: 'DB.example', PASSWORD_LENGTH: '48', KEYTURN_TLS_MODE: '' };

  expect(parse(env).settings).toEqual({ superuserHost: 'db.example', passwordLength: 48 });
});

it('ignores variables that are not its own', () => {
  const strangers = {
    PGHOST: 'elsewhere',
    PGPASSWORD: 'hunter2',
    KEYTURN_TLS: 'disable',
    HOME: '/',
  };

  expect(parse(strangers)).toEqual(parse({}));
});

function errorOf(env: Environment): KeyturnError {
  try {
    parse(env);
  } catch (error) {
    if (KeyturnError.is(error)) return error;
    throw error;
  }
  throw new Error(`unexpectedly accepted: ${JSON.stringify(env)}`);
}
