import { refuse, refusalToError, type RotationSettings } from '@keyturn/core';
import type { TlsSettings } from '@keyturn/adapters-redshift';
import { forms, SETTINGS } from './settings-table.js';

/** What the environment says, parsed. */
export interface FunctionConfig {
  readonly settings: RotationSettings;
  readonly endpoint: string | undefined;
  readonly passwordSource: 'local' | 'secretsmanager';
  readonly tls: TlsSettings;
}

/** The environment of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Parses the environment. An empty variable counts as one that is not set.
 * @param readFile reads the file that KEYTURN_TLS_CA names
 * @throws InvalidInputError `KEYTURN_INVALID_SETTING` naming the first variable that is not fit.
 */
export function parseConfig(env: Environment, readFile: (path: string) => string): FunctionConfig {
  const read = <T>(setting: keyof typeof SETTINGS, parse: (text: string) => T | undefined) => {
    const { variable, form } = SETTINGS[setting];
    const text = env[variable];
    if (text === undefined || text === '') return undefined;
    const value = parse(text);
    if (value === undefined) throw unfit(variable, `has to be ${form}`);
    return value;
  };
  const ca = read('tlsCa', forms.text);
  const host = read('superuserHost', forms.host);
  const port = read('superuserPort', forms.port);
  return {
    endpoint: read('endpoint', forms.url),
    passwordSource: read('passwordSource', forms.oneOf('local', 'secretsmanager')) ?? 'local',
    tls: {
      mode: read('tlsMode', forms.oneOf('verify-full', 'verify-ca', 'disable')) ?? 'verify-full',
      ...(ca !== undefined && { ca: certificates(ca, readFile) }),
      allowSecretOptOut: read('tlsAllowSecretOptOut', forms.flag) ?? false,
    },
    settings: {
      password: {
        length: read('passwordLength', forms.wholeNumber),
        excludeCharacters: read('excludeCharacters', forms.text),
        excludePunctuation: read('excludePunctuation', forms.flag),
        requireEachIncludedType: read('requireEachIncludedType', forms.flag),
        preset: read('passwordPreset', forms.preset),
      },
      superuserSecret: read('superuserSecret', forms.secretId),
      superuserAddress: host === undefined ? undefined : { host, port },
      cloneSuffix: read('cloneSuffix', forms.suffix),
      userPairs: read('userPairs', forms.userPairs),
      existingUsers: read('existingUsers', forms.oneOf('prove', 'adopt')),
      permissions: read(
        'permissions',
        forms.oneOf('add-missing', 'reconcile', 'first-rotation-only', 'none'),
      ),
      permissionDatabases: read('permissionDatabases', forms.names),
      reconcileOriginal: read('reconcileOriginal', forms.flag),
      maxRevokes: read('maxRevokes', forms.wholeNumber),
      allowUncheckedPolicies: read('allowUncheckedPolicies', forms.flag),
      allowSuperuserSource: read('allowSuperuserSource', forms.flag),
      ownedObjects: read('ownedObjects', forms.oneOf('warn', 'refuse', 'ignore')),
      mutualDefaultPrivileges: read('mutualDefaultPrivileges', forms.flag),
      minimumTimeMs: read('minimumTime', forms.milliseconds),
      connectTimeoutMs: read('connectTimeout', forms.milliseconds),
      statementTimeoutMs: read('statementTimeout', forms.milliseconds),
      waitForReplicas: read('waitForReplicas', forms.flag),
      earlyPromotion: read('earlyPromotion', forms.flag),
    },
  };
}

function certificates(text: string, readFile: (path: string) => string): string {
  const isPem = (pem: string): boolean => pem.includes('-----BEGIN CERTIFICATE-----');
  // Some consoles keep a variable on one line, with the line breaks written out.
  if (isPem(text)) return text.replaceAll('\\n', '\n');
  const { variable, form } = SETTINGS.tlsCa;
  let pem: string;
  try {
    pem = readFile(text);
  } catch {
    throw unfit(variable, `names a file that cannot be read; it has to be ${form}`);
  }
  if (!isPem(pem))
    throw unfit(variable, `names a file without a certificate; it has to be ${form}`);
  return pem;
}

function unfit(variable: string, problem: string): Error {
  return refusalToError(
    refuse({
      code: 'KEYTURN_INVALID_SETTING',
      field: variable,
      message: `The environment variable ${variable} ${problem}.`,
      remedy: 'Change it in the configuration of the function; docs/settings.md lists them all.',
    }),
  );
}
