import { ROTATION_SETTINGS } from '../../src/domain/rotation-settings.js';
import { checkSettings, readSettings } from '../../src/domain/settings/resolve-settings.js';
import type { SettingRow } from '../../src/domain/settings/setting-row.js';
import { isRefusal } from '../../src/domain/refusal.js';
import { accepted, refused, resolved } from '../support/values.js';

type Key = keyof typeof ROTATION_SETTINGS;

interface Cases {
  /** Text of the environment and the value that it stands for, which code gives as it is. */
  readonly fit: readonly (readonly [text: string, value: unknown])[];
  readonly unfitTexts: readonly string[];
  readonly unfitValues: readonly unknown[];
}

const flag: Cases = {
  fit: [
    ['true', true],
    ['FALSE', false],
    ['yes', true],
    ['n', false],
    ['1', true],
    ['0', false],
  ],
  unfitTexts: ['maybe', 'truee', ' true', '2', 'null'],
  unfitValues: ['true', 'no', 1, 0, null],
};

const milliseconds: Cases = {
  fit: [
    ['1', 1],
    ['2500', 2500],
    ['999999999', 999_999_999],
  ],
  unfitTexts: ['0', '-1', '1.5', '10s', '1e3', '0x10', ' 5', 'Infinity', '1000000000'],
  unfitValues: [0, -1, 1.5, NaN, Infinity, 1_000_000_000, '5000', null],
};

const bytes: Cases = {
  fit: [
    ['65536', 65_536],
    ['999999999', 999_999_999],
  ],
  unfitTexts: ['65535', '0', '-1', '4MiB', '1e6', '1000000000'],
  unfitValues: [65_535, 0, 65_536.5, NaN, Infinity, 1_000_000_000, '65536', null],
};

const words = (...fit: readonly string[]): Cases => ({
  fit: fit.map((word) => [word, word]),
  unfitTexts: fit.flatMap((word) => [`${word} `, word.toUpperCase(), `x${word}`]),
  unfitValues: [...fit.map((word) => ` ${word}`), '', true, 1, null, [fit[0]], {}],
});

const noTexts = [1, true, null, {}, ['x']];

/** Every setting there is: a new one without a line here does not pass the type check. */
const CASES: Record<Key, Cases> = {
  excludeCharacters: {
    fit: [
      [`/@"'\\:`, `/@"'\\:`],
      [' ', ' '],
    ],
    unfitTexts: [],
    unfitValues: noTexts,
  },
  passwordLength: {
    // In range or not is for the password policy to say.
    fit: [
      ['48', 48],
      ['7', 7],
    ],
    unfitTexts: ['32.5', '-32', 'long', '3 2', '0x20', '1e1', 'NaN'],
    unfitValues: [32.5, -32, NaN, Infinity, '32', null],
  },
  excludePunctuation: flag,
  requireEachIncludedType: flag,
  passwordPreset: words('urlSafe', 'shellSafe'),
  superuserSecret: {
    fit: [
      ['redshift/admin', 'redshift/admin'],
      [
        'arn:aws:secretsmanager:us-east-1:123456789012:secret:redshift!cluster-admin-AbCdEf',
        'arn:aws:secretsmanager:us-east-1:123456789012:secret:redshift!cluster-admin-AbCdEf',
      ],
    ],
    unfitTexts: ['two words', 'line\nbreak', 'x'.repeat(2049)],
    unfitValues: ['', 'two words', ...noTexts],
  },
  superuserHost: {
    fit: [
      ['db.example', 'db.example'],
      ['10.0.0.7', '10.0.0.7'],
    ],
    unfitTexts: [
      'db.example:5439',
      'postgres://db.example',
      'a,b',
      'me@db.example',
      '-x',
      '10.0.0',
    ],
    unfitValues: ['', 'db.example:5439', ...noTexts],
  },
  superuserPort: {
    fit: [
      ['1', 1],
      ['65535', 65_535],
    ],
    unfitTexts: ['0', '65536', '-1', '54 39', 'http'],
    unfitValues: [0, 65_536, -1, 5439.5, NaN, '5439', null],
  },
  cloneSuffix: {
    fit: [
      ['_b', '_b'],
      ['"é', '"é'],
    ],
    unfitTexts: ['\\', 'a:b', 'tab\t', 'x'.repeat(101)],
    unfitValues: ['', '\\', ...noTexts],
  },
  userPairs: {
    fit: [
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
    unfitTexts: [
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
    unfitValues: [
      '[["a","b"]]',
      ['a', 'b'],
      [['a']],
      [['a', 'a']],
      [
        ['a', 'b'],
        ['b', 'c'],
      ],
      [['a', 'PUBLIC']],
      { a: 'b' },
      null,
    ],
  },
  existingUsers: words('prove', 'adopt'),
  permissions: words('add-missing', 'reconcile', 'first-rotation-only', 'none'),
  permissionDatabases: {
    fit: [
      ['dev', ['dev']],
      ['dev, Sales', ['dev', 'Sales']],
    ],
    unfitTexts: ['dev,,sales', ','],
    unfitValues: ['dev', [''], [1], null, {}],
  },
  reconcileOriginal: flag,
  maxRevokes: {
    fit: [
      ['0', 0],
      ['500', 500],
    ],
    unfitTexts: ['-1', 'many'],
    unfitValues: [-1, 1.5, '50', null],
  },
  allowUncheckedPolicies: flag,
  allowSuperuserSource: flag,
  ownedObjects: words('warn', 'refuse', 'ignore'),
  mutualDefaultPrivileges: flag,
  minimumTimeMs: milliseconds,
  connectTimeoutMs: milliseconds,
  statementTimeoutMs: milliseconds,
  maxMessageBytes: bytes,
  maxResultBytes: bytes,
  maxFailedLoginAttempts: {
    fit: [
      ['2', 2],
      ['50', 50],
    ],
    unfitTexts: ['1', '51', 'five'],
    unfitValues: [1, 51, 2.5, '5', null],
  },
  waitForReplicas: flag,
  changeIn: words('setSecret', 'finishSecret'),
  checksTimeMs: milliseconds,
};

const each = (Object.keys(CASES) as Key[]).map((key) => {
  const row: SettingRow<unknown> = ROTATION_SETTINGS[key];
  return { key, row, ...CASES[key] };
});

describe.each(each)('the setting $key', ({ key, row, fit, unfitTexts, unfitValues }) => {
  const { variable, form } = row;
  const fromCode = (value: unknown) => checkSettings(ROTATION_SETTINGS, { [key]: value });
  const fromEnv = (text: string | undefined) =>
    readSettings(ROTATION_SETTINGS, { [variable]: text });

  it('is not set by a variable that is absent or empty, nor by undefined in code', () => {
    expect(accepted(fromEnv(undefined))).toEqual({});
    expect(accepted(fromEnv(''))).toEqual({});
    expect(accepted(fromCode(undefined))).toEqual({});
  });

  it('is the same from code as from its variable', () => {
    for (const [text, value] of fit) {
      expect(accepted(fromEnv(text))).toEqual({ [key]: value });
      expect(accepted(fromCode(value))).toEqual({ [key]: value });
      expect(resolved({ [key]: value })).toMatchObject({ [key]: value });
    }
  });

  it('is refused from either by its key, with the form it has to have, and never quoted', () => {
    const refusals = [
      ...unfitTexts.map((text) => fromEnv(text)),
      ...unfitValues.map((value) => fromCode(value)),
    ];
    for (const refusal of refusals) {
      expect(refusal).toEqual({
        kind: 'refused',
        code: 'KEYTURN_INVALID_SETTING',
        field: key,
        settings: [key],
        message: `The setting ${key} has to be ${form.words}.`,
        remedy: 'docs/settings.md lists every setting.',
      });
    }
  });

  it('has a default that may be given, or words for it', () => {
    const { default: standard, shown } = row;
    if (standard === undefined) expect(shown).toMatch(/./);
    else expect(form.check(standard)).toEqual(standard);
    expect(resolved()).toEqual(resolved({ [key]: undefined }));
    expect(resolved()[key]).toEqual(standard);
  });
});

it('takes a host in upper case for the same in lower case', () => {
  expect(resolved({ superuserHost: 'DB.Example' }).superuserHost).toBe('db.example');
});

describe('settings laid over one another', () => {
  it('count from the last that gives them, and undefined gives nothing', () => {
    const first = { superuserSecret: 'from-the-environment', cloneSuffix: '_b', maxRevokes: 7 };
    const last = { superuserSecret: undefined, cloneSuffix: undefined, maxRevokes: 3 };

    expect(resolved(first, undefined, last)).toMatchObject({ ...first, maxRevokes: 3 });
  });

  it('are the same when they are resolved again', () => {
    const once = resolved({ permissions: 'reconcile', userPairs: [['a', 'b']] });

    expect(resolved(once)).toEqual(once);
  });

  it('are no longer those that were given, so that a later change changes nothing', () => {
    const permissionDatabases = ['dev'];
    const settings = resolved({ permissionDatabases });
    permissionDatabases.push('a; drop');

    expect(settings.permissionDatabases).toEqual(['dev']);
  });
});

describe('a key that is no setting', () => {
  const check = (given: unknown) => refused(checkSettings(ROTATION_SETTINGS, given));

  it.each([
    ['permisions', 'permissions'],
    ['Permissions', 'permissions'],
    ['clone_suffix', 'cloneSuffix'],
    ['KEYTURN_PERMISSIONS', 'permissions'],
    ['PASSWORD_LENGTH', 'passwordLength'],
    ['superuserSecretArn', 'superuserSecret'],
    ['connectTimeout', 'connectTimeoutMs'],
  ])('is refused by name, with the one that was meant: %s', (key, meant) => {
    expect(check({ [key]: undefined })).toMatchObject({
      code: 'KEYTURN_INVALID_SETTING',
      field: key,
      message: `There is no setting "${key}".`,
      remedy: expect.stringContaining(`Did you mean ${meant}?`),
    });
  });

  it.each(['toString', '__proto__', 'colour', 'x', ''])(
    'is refused where none is near: %j',
    (key) => {
      const { field, remedy } = check(Object.fromEntries([[key, 1]]));

      expect(field).toBe(key);
      expect(remedy).not.toContain('Did you mean');
    },
  );

  it.each([null, [], 'permissions', 7])('is refused without a key: %j', (given) => {
    expect(check(given)).toMatchObject({ field: 'settings', code: 'KEYTURN_INVALID_SETTING' });
  });

  it('is cut short where it is long', () => {
    expect(check({ ['x'.repeat(10_000)]: 1 }).message.length).toBeLessThan(120);
  });

  it('leaves variables alone that belong to nobody', () => {
    const strangers = { PGHOST: 'elsewhere', KEYTURN_TLS: 'disable', HOME: '/' };

    expect(isRefusal(readSettings(ROTATION_SETTINGS, strangers))).toBe(false);
    expect(accepted(readSettings(ROTATION_SETTINGS, strangers))).toEqual({});
  });
});
