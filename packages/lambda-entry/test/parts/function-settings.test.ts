import { inspect } from 'node:util';
import { KeyturnError } from '@keyturn/core';
import type { Environment } from '@keyturn/core/adapter';
import {
  FUNCTION_SETTINGS,
  SETTINGS,
  type FunctionSettings,
} from '../../src/parts/function-settings.js';
import { readCertificates } from '../../src/parts/read-certificates.js';
import { resolveFunctionSettings } from '../../src/parts/resolve-function-settings.js';

type Key = keyof typeof FUNCTION_SETTINGS;

const ownOf = (env: Environment, code: FunctionSettings = {}) =>
  resolveFunctionSettings(env, code).own;
const inCode = (settings: object) => resolveFunctionSettings({}, settings);

interface Cases {
  readonly whenAbsent: unknown;
  /** Text of the environment and the value that it stands for, which code gives as it is. */
  readonly fit: readonly (readonly [text: string, value: unknown])[];
  readonly unfitTexts: readonly string[];
  readonly unfitValues: readonly unknown[];
}

/** Every setting there is: a new one without a line here does not pass the type check. */
const CASES: Record<Key, Cases> = {
  endpoint: {
    whenAbsent: undefined,
    fit: [
      ['https://secrets.example', 'https://secrets.example'],
      ['http://127.0.0.1:5100/', 'http://127.0.0.1:5100/'],
    ],
    unfitTexts: ['secrets.example', 'ftp://secrets.example', 'file:///etc/passwd', '//x'],
    unfitValues: ['', 'ftp://secrets.example', 7, null, new URL('https://secrets.example')],
  },
  passwordSource: {
    whenAbsent: 'local',
    fit: [
      ['local', 'local'],
      ['secretsmanager', 'secretsmanager'],
    ],
    unfitTexts: ['SecretsManager', 'random'],
    unfitValues: ['', 'Local', null, true],
  },
  tlsMode: {
    whenAbsent: 'verify-full',
    fit: [
      ['verify-full', 'verify-full'],
      ['verify-ca', 'verify-ca'],
      ['disable', 'disable'],
    ],
    unfitTexts: ['require', 'prefer', 'allow', 'Disable', 'false'],
    unfitValues: ['', 'require', false, null],
  },
  tlsCa: {
    whenAbsent: undefined,
    // What it holds is looked at where it is read.
    fit: [['/ca.pem', '/ca.pem']],
    unfitTexts: [],
    unfitValues: ['', 7, null, Buffer.from('pem')],
  },
  tlsAllowSecretOptOut: {
    whenAbsent: false,
    fit: [
      ['true', true],
      ['no', false],
    ],
    unfitTexts: ['maybe', '2'],
    unfitValues: ['true', 1, null],
  },
};

const each = (Object.keys(CASES) as Key[]).map((key) => {
  const { variable, form } = FUNCTION_SETTINGS[key];
  return { key, variable, form, ...CASES[key] };
});

describe.each(each)('the setting $key', (row) => {
  const { key, variable, form, whenAbsent, fit, unfitTexts, unfitValues } = row;

  it('has its default when it is absent, empty or undefined', () => {
    expect(ownOf({})[key]).toEqual(whenAbsent);
    expect(ownOf({ [variable]: '' })[key]).toEqual(whenAbsent);
    expect(ownOf({ [variable]: undefined }, { [key]: undefined })[key]).toEqual(whenAbsent);
  });

  it('is the same from code as from its variable, and undefined in code erases nothing', () => {
    for (const [text, value] of fit) {
      expect(ownOf({ [variable]: text })[key]).toEqual(value);
      expect(ownOf({}, { [key]: value })[key]).toEqual(value);
      expect(ownOf({ [variable]: text }, { [key]: undefined })[key]).toEqual(value);
    }
  });

  it('is refused from either by its key, from the environment with its variable, and never quoted', () => {
    for (const text of unfitTexts) {
      const error = thrown(() => ownOf({ [variable]: text }));

      expect(error).toMatchObject({ code: 'KEYTURN_INVALID_SETTING', field: key, settings: [key] });
      expect(error.message).toBe(
        `The setting ${key} has to be ${form.words}. docs/settings.md lists every setting. ` +
          `Set ${key} with the environment variable ${variable}.`,
      );
    }
    for (const value of unfitValues) {
      const error = thrown(() => inCode({ [key]: value }));

      expect(error).toMatchObject({ code: 'KEYTURN_INVALID_SETTING', field: key, settings: [key] });
      expect(error.message).not.toContain(variable);
    }
  });
});

it('hands the settings of the engine on, those of code over those of the environment', () => {
  const env = {
    KEYTURN_SUPERUSER_HOST: 'DB.example',
    PASSWORD_LENGTH: '48',
    KEYTURN_TLS_MODE: '',
    KEYTURN_PERMISSIONS: 'none',
  };
  const code = { permissions: 'reconcile', passwordLength: undefined, tlsMode: 'disable' } as const;
  const { engine, own } = resolveFunctionSettings(env, code);

  expect(engine).toEqual({
    superuserHost: 'db.example',
    passwordLength: 48,
    permissions: 'reconcile',
  });
  expect(own.tlsMode).toBe('disable');
});

it('refuses a key that is unknown, with the one that was meant', () => {
  const error = thrown(() => inCode({ tlsmode: 'disable' }));

  expect(error).toMatchObject({ code: 'KEYTURN_INVALID_SETTING', field: 'tlsmode' });
  expect(error.remedy).toContain('Did you mean tlsMode?');
});

it('ignores variables that are not its own', () => {
  const strangers = { PGHOST: 'elsewhere', PGPASSWORD: 'hunter2', KEYTURN_TLS: 'disable' };

  expect(resolveFunctionSettings(strangers, {})).toEqual(resolveFunctionSettings({}, {}));
});

it('has no key that the engine has too', () => {
  expect(Object.keys(SETTINGS)).toHaveLength(new Set(Object.keys(SETTINGS)).size);
  expect(Object.keys(resolveFunctionSettings({}, {}).engine)).toEqual([]);
});

describe('the certificates of tlsCa', () => {
  const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
  const files: Readonly<Record<string, string>> = { '/ca.pem': PEM, '/key.pem': 'hunter2-in-file' };
  const read = (text: string) =>
    readCertificates(text, (path) => {
      const found = files[path];
      if (found === undefined) throw new Error(`ENOENT: no such file, open '${path}'`);
      return found;
    });

  it.each([
    ['as text', PEM],
    ['on one line', PEM.replaceAll('\n', '\\n')],
    ['in a file', '/ca.pem'],
  ])('are read %s', (_, text) => expect(read(text)).toBe(PEM));

  it.each(['/missing.pem', '/key.pem', 'hunter2-as-text'])('are not quoted: %s', (text) => {
    const error = thrown(() => read(text));

    expect(error).toMatchObject({ code: 'KEYTURN_INVALID_SETTING', field: 'tlsCa' });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/hunter2|missing|ENOENT/);
  });
});

function thrown(act: () => unknown): KeyturnError {
  try {
    act();
  } catch (error) {
    if (KeyturnError.is(error)) return error;
    throw error;
  }
  throw new Error('unexpectedly accepted');
}
