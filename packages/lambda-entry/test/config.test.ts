import { inspect } from 'node:util';
import { KeyturnError } from '@keyturn/core';
import { parseConfig, SETTINGS, type Environment, type FunctionConfig } from '../src/index.js';

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

const milliseconds = {
  whenAbsent: undefined,
  accepted: [
    ['1', 1],
    ['2500', 2500],
    ['999999999', 999_999_999],
  ],
  refused: ['0', '-1', '1.5', '10s', '1e3', '0x10', ' 5', 'Infinity', '1000000000'],
} as const;

/** Every setting there is: a new one without a line here does not pass the type check. */
const CASES: Record<keyof typeof SETTINGS, Cases> = {
  endpoint: {
    read: ({ endpoint }) => endpoint,
    whenAbsent: undefined,
    accepted: [
      ['https://secrets.example', 'https://secrets.example'],
      ['http://127.0.0.1:5100/', 'http://127.0.0.1:5100/'],
    ],
    refused: ['secrets.example', 'ftp://secrets.example', 'file:///etc/passwd', '//x'],
  },
  excludeCharacters: {
    read: ({ settings }) => settings.password?.excludeCharacters,
    whenAbsent: undefined,
    accepted: [
      [`/@"'\\:`, `/@"'\\:`],
      [' ', ' '],
    ],
    refused: [],
  },
  passwordLength: {
    read: ({ settings }) => settings.password?.length,
    whenAbsent: undefined,
    accepted: [
      ['48', 48],
      // In range or not is for the password policy to say.
      ['7', 7],
    ],
    refused: ['32.5', '-32', 'long', '3 2', '0x20', '1e1', 'NaN'],
  },
  excludePunctuation: {
    read: ({ settings }) => settings.password?.excludePunctuation,
    whenAbsent: undefined,
    ...flag,
  },
  requireEachIncludedType: {
    read: ({ settings }) => settings.password?.requireEachIncludedType,
    whenAbsent: undefined,
    ...flag,
  },
  passwordPreset: {
    read: ({ settings }) => settings.password?.preset,
    whenAbsent: undefined,
    accepted: [
      ['urlSafe', 'urlSafe'],
      ['shellSafe', 'shellSafe'],
    ],
    refused: ['urlsafe', 'strong'],
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
  superuserSecret: {
    read: ({ settings }) => settings.superuserSecret,
    whenAbsent: undefined,
    accepted: [
      ['redshift/admin', 'redshift/admin'],
      [
        'arn:aws:secretsmanager:us-east-1:123456789012:secret:redshift!cluster-admin-AbCdEf',
        'arn:aws:secretsmanager:us-east-1:123456789012:secret:redshift!cluster-admin-AbCdEf',
      ],
    ],
    refused: ['two words', 'line\nbreak', 'x'.repeat(2049)],
  },
  superuserHost: {
    read: ({ settings }) => settings.superuserAddress,
    whenAbsent: undefined,
    accepted: [
      ['DB.Example', { host: 'db.example', port: undefined }],
      ['10.0.0.7', { host: '10.0.0.7', port: undefined }],
    ],
    refused: ['db.example:5439', 'postgres://db.example', 'a,b', 'me@db.example', '-x', '10.0.0'],
  },
  superuserPort: {
    read: ({ settings }) => settings.superuserAddress,
    // A port alone is no address.
    whenAbsent: undefined,
    accepted: [
      ['1', undefined],
      ['65535', undefined],
    ],
    refused: ['0', '65536', '-1', '54 39', 'http'],
  },
  cloneSuffix: {
    read: ({ settings }) => settings.cloneSuffix,
    whenAbsent: undefined,
    accepted: [
      ['_b', '_b'],
      ['"é', '"é'],
    ],
    refused: ['\\', 'a:b', 'tab\t', 'x'.repeat(101)],
  },
  userPairs: {
    read: ({ settings }) => settings.userPairs,
    whenAbsent: undefined,
    accepted: [
      ['[["app_a","app_b"]]', [['app_a', 'app_b']]],
      [
        '[["a","b"],["c","d"]]',
        [
          ['a', 'b'],
          ['c', 'd'],
        ],
      ],
      ['[]', []],
    ],
    refused: [
      'app_a,app_b',
      '{"a":"b"}',
      '["a","b"]',
      '[["a"]]',
      '[["a","b","c"]]',
      '[["a",""]]',
      '[["a",1]]',
      '[["a","a"]]',
      '[["a","b"],["b","c"]]',
      '[["a","PUBLIC"]]',
      `[["a","${'x'.repeat(128)}"]]`,
    ],
  },
  existingUsers: {
    read: ({ settings }) => settings.existingUsers,
    whenAbsent: undefined,
    accepted: [
      ['prove', 'prove'],
      ['adopt', 'adopt'],
    ],
    refused: ['take', 'Adopt', 'true'],
  },
  permissions: {
    read: ({ settings }) => settings.permissions,
    whenAbsent: undefined,
    accepted: [
      ['add-missing', 'add-missing'],
      ['reconcile', 'reconcile'],
      ['first-rotation-only', 'first-rotation-only'],
      ['none', 'none'],
    ],
    refused: ['all', 'false'],
  },
  permissionDatabases: {
    read: ({ settings }) => settings.permissionDatabases,
    whenAbsent: undefined,
    accepted: [
      ['dev', ['dev']],
      ['dev, Sales', ['dev', 'Sales']],
    ],
    refused: ['dev,,sales', ','],
  },
  reconcileOriginal: {
    read: ({ settings }) => settings.reconcileOriginal,
    whenAbsent: undefined,
    ...flag,
  },
  maxRevokes: {
    read: ({ settings }) => settings.maxRevokes,
    whenAbsent: undefined,
    accepted: [
      ['0', 0],
      ['500', 500],
    ],
    refused: ['-1', 'many'],
  },
  allowUncheckedPolicies: {
    read: ({ settings }) => settings.allowUncheckedPolicies,
    whenAbsent: undefined,
    ...flag,
  },
  allowSuperuserSource: {
    read: ({ settings }) => settings.allowSuperuserSource,
    whenAbsent: undefined,
    ...flag,
  },
  ownedObjects: {
    read: ({ settings }) => settings.ownedObjects,
    whenAbsent: undefined,
    accepted: [
      ['warn', 'warn'],
      ['refuse', 'refuse'],
      ['ignore', 'ignore'],
    ],
    refused: ['fail'],
  },
  mutualDefaultPrivileges: {
    read: ({ settings }) => settings.mutualDefaultPrivileges,
    whenAbsent: undefined,
    ...flag,
  },
  minimumTime: { read: ({ settings }) => settings.minimumTimeMs, ...milliseconds },
  connectTimeout: { read: ({ settings }) => settings.connectTimeoutMs, ...milliseconds },
  statementTimeout: { read: ({ settings }) => settings.statementTimeoutMs, ...milliseconds },
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
  waitForReplicas: {
    read: ({ settings }) => settings.waitForReplicas,
    whenAbsent: undefined,
    ...flag,
  },
  earlyPromotion: {
    read: ({ settings }) => settings.earlyPromotion,
    whenAbsent: undefined,
    ...flag,
  },
};

const each = Object.entries(CASES).map(([name, cases]) => {
  const { variable } = SETTINGS[name as keyof typeof SETTINGS];
  return { variable, ...cases };
});

describe.each(each)('$variable', ({ variable, read, whenAbsent, accepted, refused }) => {
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

      expect(error).toMatchObject({ code: 'KEYTURN_INVALID_SETTING', field: variable });
      expect(error.message).toMatch(
        new RegExp(`^The environment variable ${variable} .*has to be `),
      );
      expect(error.remedy).toContain('docs/settings.md');
      const said = inspect(error, { depth: 9, showHidden: true });
      expect(said).not.toMatch(/hunter2|missing\.pem|ENOENT/);
      if (text.length > 5) expect(error.message).not.toContain(text);
    }
  });
});

it('takes the port of the superuser with its host', () => {
  const env = { KEYTURN_SUPERUSER_HOST: 'db.example', KEYTURN_SUPERUSER_PORT: '5440' };

  expect(parse(env).settings.superuserAddress).toEqual({ host: 'db.example', port: 5440 });
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
